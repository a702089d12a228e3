import type { GitState } from "../../datastore/release-document.ts";

const COMMIT_CHARS = 12;

/** `1a2b3c4d5e6f on main, with changes that were not committed` */
export function gitText({ commit, branch, isDirty }: GitState): string {
  const on = branch === null ? "" : ` on ${branch}`;
  return `${commit.slice(0, COMMIT_CHARS)}${on}${dirtText(isDirty)}`;
}

function dirtText(isDirty: boolean | null): string {
  if (isDirty === null) return ", whether files differed from it is not known";
  return isDirty ? ", with changes that were not committed" : "";
}
