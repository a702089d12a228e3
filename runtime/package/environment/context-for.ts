import { fileURLToPath, pathToFileURL } from "node:url";
import type { ResolutionPlace } from "./resolution-place.ts";

/** What Node tells a hook of an import, as far as it matters here. */
export interface ResolveContext {
  readonly parentURL?: string | undefined;
}

/** The same import, made from where the step's packages are installed if it is for one of them. */
export function contextFor<C extends ResolveContext>(specifier: string, context: C, placeFor: ResolutionPlace): C {
  const { parentURL } = context;
  const importer = parentURL?.startsWith("file:") === true ? fileURLToPath(parentURL) : null;
  const place = placeFor(specifier, importer);
  return place === null ? context : { ...context, parentURL: pathToFileURL(place).href };
}
