import path from "node:path";
import { userPath } from "../../settings/user-path.ts";
import type { SecretSources } from "./secret-sources.ts";

/** Files that the steps' `@secrets` read, absolute: they never leave this machine. */
export function secretFiles(sources: SecretSources, { flowFile }: { readonly flowFile: string }): string[] {
  const files = [...sources.values()].flat().flatMap((source) => (source.type === "env-file" ? [source.path] : []));
  return [...new Set(files.map((file) => userPath(file, path.dirname(flowFile))))];
}
