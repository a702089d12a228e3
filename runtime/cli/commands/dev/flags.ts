import type { BranchOptions } from "../../owner-meant.ts";

export interface DevFlags extends BranchOptions {
  readonly datastore?: string;
  readonly pathspec?: string;
}
