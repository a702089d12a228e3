import type { InspectOptions } from "../../show/inspect-options.ts";

export interface MonitorFlags extends InspectOptions {
  readonly window: string;
  readonly against: string;
  readonly falseAlarms: number;
  readonly card?: string;
  /** False with `--no-publish`. */
  readonly publish: boolean;
}
