import type { BranchOptions } from "../../owner-meant.ts";
import type { InspectOptions } from "../../show/inspect-options.ts";

export interface UsageFlags extends InspectOptions, BranchOptions {
  /** Null where the user names none. */
  readonly run: string | null;
  readonly last: number;
  readonly by?: "machine";
  readonly write?: boolean;
  readonly cost?: boolean;
}
