import type { BranchOptions } from "../../owner-meant.ts";

export interface SpinFlags extends BranchOptions {
  readonly datastore?: string;
  readonly json?: boolean;
  readonly pathspec?: string;
  readonly inspect?: boolean;
}
