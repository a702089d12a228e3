import type { ModelVersion } from "../../../datastore/kinds/model-version.ts";

/** The aliases that point to a version. */
export function aliasesOf({ number }: ModelVersion, all: Readonly<Record<string, number>>): string[] {
  return Object.keys(all).filter((alias) => all[alias] === number);
}
