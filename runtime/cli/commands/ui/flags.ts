import type { BranchOptions } from "../../owner-meant.ts";
import type { InspectOptions } from "../../show/inspect-options.ts";

export interface UiFlags extends InspectOptions, BranchOptions {
  readonly port?: number;
  readonly host?: string;
  readonly open: boolean;
  readonly readOnly?: boolean;
  readonly token?: string;
  /** The file to write, in place of serving. */
  readonly export?: string;
}

export interface UiOptions extends UiFlags {
  /** As the user named them. */
  readonly runs: readonly string[];
}
