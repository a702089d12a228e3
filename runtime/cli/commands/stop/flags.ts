import type { BranchOptions } from "../../owner-meant.ts";
import type { InspectOptions } from "../../show/inspect-options.ts";

export interface StopFlags extends InspectOptions, BranchOptions {
  readonly wait: boolean;
}
