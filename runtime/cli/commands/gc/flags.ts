import type { InspectOptions } from "../../show/inspect-options.ts";

export interface GcFlags extends InspectOptions {
  readonly keep: readonly string[];
  readonly flow?: string;
  readonly dryRun?: boolean;
}
