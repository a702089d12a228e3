import Module, { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { contextFor, type ResolveContext } from "./context-for.ts";
import { type ResolutionPlace, resolutionPlace, type StepPackages } from "./resolution-place.ts";

/**
 * Sends what the step's code loads to the step's packages, in this process and in all that it starts. Called before
 * anything else is loaded: see {@link writePreload}.
 *
 * @param preload - the file that calls this
 */
export function loadStepPackages(packages: Omit<StepPackages, "home">, preload: string): void {
  const step = { ...packages, home: path.dirname(path.dirname(fileURLToPath(import.meta.url))) };
  const placeFor = resolutionPlace(step);
  hookRequire(placeFor);
  hookImport(step, placeFor);
  // A fork inherits these, also where it is given variables of its own.
  const option = `--require=${preload}`;
  if (!process.execArgv.includes(option)) process.execArgv.push(option);
}

interface Importer {
  readonly filename?: string | null;
}

type ResolveFilename = (
  specifier: string,
  importer: Importer | null | undefined,
  ...rest: readonly [isMain?: boolean, options?: { readonly paths?: readonly string[] }]
) => string;

/** `require`, `require.resolve` and what `createRequire` makes end here, in every version of Node. */
function hookRequire(placeFor: ResolutionPlace): void {
  const loader = Module as unknown as { _resolveFilename: ResolveFilename };
  const inner = loader._resolveFilename.bind(loader);
  loader._resolveFilename = (specifier, importer, ...rest) => {
    const [, options] = rest;
    const [asked] = options?.paths ?? [];
    const from = asked === undefined ? (importer?.filename ?? null) : path.resolve(asked, "asked.js");
    const place = placeFor(specifier, from);
    return place === null ? inner(specifier, importer, ...rest) : createRequire(place).resolve(specifier);
  };
}

type Resolve = (
  specifier: string,
  context: ResolveContext,
  next: (specifier: string, context: ResolveContext) => unknown,
) => unknown;

/** From Node 22.15 on, hooks run where the import is; before, in a thread of their own. */
function hookImport(step: StepPackages, placeFor: ResolutionPlace): void {
  const { registerHooks } = Module as unknown as { registerHooks?: (hooks: { resolve: Resolve }) => void };
  if (registerHooks === undefined) Module.register(new URL("./environment-hooks.js", import.meta.url), { data: step });
  else
    registerHooks({
      resolve: (specifier, context, next) => next(specifier, contextFor(specifier, context, placeFor)),
    });
}
