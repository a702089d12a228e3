import path from "node:path";
import { secretSourcesOf } from "../../../sdk/decorators/secrets.ts";
import { type AnyClass, decoratorUsesOf } from "../../../sdk/base/metadata.ts";
import { stepMethods } from "../../graph/flow-class.ts";
import { userPath } from "../../settings/user-path.ts";

/** Files that the steps' `@secrets` read, absolute: they never leave this machine. */
export function secretFiles(of: {
  readonly Flow: AnyClass;
  readonly flowFile: string;
  readonly configs: Readonly<Record<string, unknown>>;
}): string[] {
  const sources = [...stepMethods(of.Flow).values()].flatMap(({ fn }) =>
    secretSourcesOf(decoratorUsesOf(fn), of.configs),
  );
  const files = sources.flatMap((source) => (source.type === "env-file" ? [source.path] : []));
  return [...new Set(files.map((file) => userPath(file, path.dirname(of.flowFile))))];
}
