import type { BranchOptions } from "../../owner-meant.ts";
import type { InspectOptions } from "../../show/inspect-options.ts";

export interface JobsFlags extends InspectOptions, BranchOptions {
  readonly engine?: string;
  /** What the options say that engines declare: where to look for their jobs. */
  readonly places: ReadonlyMap<string, string>;
}

export interface ChooseJobsFlags extends JobsFlags {
  readonly run?: string;
  readonly user?: string;
  readonly all?: boolean;
  readonly step?: string;
  readonly ended?: boolean;
}
