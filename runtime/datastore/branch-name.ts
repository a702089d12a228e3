/** What the user says about the branch of a `@project`; nothing means the user's own. */
export interface BranchChoice {
  readonly branch?: string | undefined;
  readonly isProduction?: boolean | undefined;
}

/** The branch that is meant: `prod`, `prod.<branch>`, `test.<branch>` or `user.<name>`. */
export function branchName({
  username,
  branch,
  isProduction = false,
}: BranchChoice & { readonly username: string }): string {
  if (branch !== undefined) return `${isProduction ? "prod" : "test"}.${branch}`;
  return isProduction ? "prod" : `user.${username}`;
}

/** What a command line says to mean a branch that is not the user's own: ` --branch fast`. */
export function branchFlags(branch: string): string {
  const [, kind, name] = /^(prod|test)(?:\.(.+))?$/.exec(branch) ?? [];
  return (kind === "prod" ? " --production" : "") + (name === undefined ? "" : ` --branch ${name}`);
}
