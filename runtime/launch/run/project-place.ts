import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { type BranchChoice, branchName } from "../../datastore/branch-name.ts";
import type { ProjectPlace } from "../../datastore/records.ts";

export interface PlaceOptions extends BranchChoice {
  readonly flow: string;
  readonly username: string;
}

/**
 * The project and branch of a run: `prod`, `prod.<branch>`, `test.<branch>` or `user.<name>`.
 * @param name - of the project; null where the flow belongs to none
 */
export function projectPlace(
  name: string | null,
  { flow, username, branch, isProduction = false }: PlaceOptions,
): ProjectPlace | null {
  if (name === null) {
    if (branch === undefined && !isProduction) return null;
    throw new MillraceError({
      code: "MILLRACE_USAGE",
      headline: `Cannot choose ${isProduction ? "production" : `branch ${branch ?? ""}`} because ${flow} does not belong to a project`,
      hint: `mark the class with @project({ name: "…" })`,
    });
  }
  if (branch !== undefined && !/^[\w.-]{1,200}$/.test(branch)) {
    throw new MillraceError({
      code: "MILLRACE_USAGE",
      headline: `Cannot use the branch because its name is not one of 1 to 200 letters, digits, _, . and -: ${branch}`,
      hint: "choose a short, plain name",
    });
  }
  return { name, branch: branchName({ username, branch, isProduction }), isProduction };
}
