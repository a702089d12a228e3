import { branchName, type BranchChoice } from "../branch-name.ts";
import type { RunDocument } from "../records.ts";
import { isInNamespace, type Namespace } from "./namespace.ts";

/** Whose runs `latest` counts. */
export interface RunOwner {
  has(document: RunDocument): boolean;
  /** All runs are, also one that cannot be read. */
  readonly isEveryone: boolean;
  /** What no run of others is, for messages: `by ada`. */
  readonly title: string;
  /** The branch that all of them are on, if that matters. */
  readonly branch: string | null;
}

/** A user's own runs on one branch; what ran outside of a project counts as the user's own branch. */
export function ownRuns(choice: BranchChoice & { readonly username: string }): RunOwner {
  const { username } = choice;
  const branch = branchName(choice);
  const ownBranch = branchName({ username });
  return {
    has: (document) => document.username === username && (document.project?.branch ?? ownBranch) === branch,
    isEveryone: false,
    title: `by ${username}`,
    branch,
  };
}

/** The runs of a namespace. */
export function runsIn(namespace: Namespace): RunOwner {
  return {
    has: (document) => isInNamespace(document, namespace),
    isEveryone: namespace === "all",
    title: `in the namespace ${namespace}`,
    branch: null,
  };
}
