import type { RunEvent } from "../datastore/run-event.ts";
import type { TaskOutcome } from "../task/task-outcome.ts";

/** What earlier schedulers of a run recorded, and did not come to record. */
export interface EarlierEvents {
  /** In order; empty if they did not come so far. */
  events(): Iterable<RunEvent>;
  /** How an attempt ended of which only the start is recorded; null if it did not come to its end. */
  committed(of: { readonly task: number; readonly step: string; readonly attempt: number }): TaskOutcome | null;
}
