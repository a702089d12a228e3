import type { InspectOptions } from "../../show/inspect-options.ts";

export interface DumpOptions extends InspectOptions {
  readonly artifact?: string;
  readonly maxDepth?: number;
  readonly maxSize: number;
  readonly limit?: number;
}
