import type { InspectOptions } from "../../show/inspect-options.ts";

export interface BatchOptions extends InspectOptions {
  readonly queue?: string;
}

export interface BatchJobsOptions extends BatchOptions {
  readonly run?: string;
  readonly user?: string;
  readonly all?: boolean;
  readonly step?: string;
  readonly ended?: boolean;
}
