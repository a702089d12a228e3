import type { Datastore } from "../../datastore/datastore.ts";
import type { RunSummary, TaskSummary } from "../../datastore/reader/run-summary.ts";

/** The task whose cards are looked at. */
export interface CardSource {
  readonly store: Datastore;
  readonly run: RunSummary;
  readonly task: TaskSummary;
  /** From 0. @defaultValue the latest */
  readonly attempt?: number | undefined;
}
