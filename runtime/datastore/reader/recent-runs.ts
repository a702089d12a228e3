import type { Datastore } from "../datastore.ts";
import { listRuns } from "./list-runs.ts";
import { withTasks } from "./read-run.ts";
import type { RunSummary } from "./run-summary.ts";

export interface RecentRunsOptions {
  readonly flow: string;
  /** Only runs that started before that one. */
  readonly before?: string;
  /** At most this many. */
  readonly count: number;
}

/** The latest runs of a flow with their tasks, the newest first; those that cannot be read are left out. */
export function recentRuns(store: Datastore, { flow, before, count }: RecentRunsOptions): RunSummary[] {
  const found: RunSummary[] = [];
  if (count <= 0) return found;
  for (const header of listRuns(store, { flow, before })) {
    found.push(withTasks(store, header));
    if (found.length === count) break;
  }
  return found;
}
