import type { BranchOptions } from "../../owner-meant.ts";
import type { InspectOptions } from "../../show/inspect-options.ts";

export interface UiFlags extends InspectOptions, BranchOptions {
  readonly port?: number;
  readonly host?: string;
  readonly open: boolean;
  readonly readOnly?: boolean;
  readonly token?: string;
}
