import { providerOf } from "../../secrets/providers/index.ts";
import type { SecretPlace } from "../../secrets/secret-provider.ts";
import type { SecretSources } from "./secret-sources.ts";

/** Files that the steps' `@secrets` read, absolute: they never leave this machine. */
export function secretFiles(sources: SecretSources, { flowFile }: SecretPlace): string[] {
  const files = [...sources.values()].flat().map((source) => providerOf(source).fileOf?.(source, { flowFile }));
  return [...new Set(files.filter((file) => file !== undefined))];
}
