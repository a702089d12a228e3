import type { InspectOptions } from "../../show/inspect-options.ts";
import type { RunFlags } from "../run/flags.ts";

export interface GetFlags extends InspectOptions {
  readonly file?: string;
}

/** What `materialize` is told beside the options of a run. */
export interface MaterializeFlags extends RunFlags {
  readonly until?: string;
  readonly back?: boolean;
  readonly view?: readonly string[];
  /** True for the latest run of the user. */
  readonly resume?: string | true;
}

export interface CheckFlags extends InspectOptions {
  readonly model: string;
  readonly window: string;
}
