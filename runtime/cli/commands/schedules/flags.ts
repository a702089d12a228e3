import type { InspectOptions } from "../../show/inspect-options.ts";

export interface SchedulesFlags extends InspectOptions {
  readonly next: number;
  readonly simulate?: readonly string[];
}
