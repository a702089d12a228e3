import type { BranchOptions } from "../../owner-meant.ts";
import type { InspectOptions } from "../../show/inspect-options.ts";

export interface DumpOptions extends InspectOptions, BranchOptions {
  readonly artifact?: string;
  readonly maxDepth?: number;
  readonly maxSize: number;
  readonly maxRows?: number;
  readonly output?: string;
  readonly limit?: number;
}
