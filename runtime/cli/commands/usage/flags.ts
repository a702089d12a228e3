import type { BranchOptions } from "../../owner-meant.ts";
import type { InspectOptions } from "../../show/inspect-options.ts";

export interface UsageFlags extends InspectOptions, BranchOptions {
  readonly run: string;
  readonly last: number;
  readonly by?: "machine";
  readonly write?: boolean;
}
