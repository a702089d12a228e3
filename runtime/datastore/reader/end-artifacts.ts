import type { Datastore } from "../datastore.ts";
import type { ArtifactTable } from "../records.ts";
import type { RunSummary, TaskSummary } from "./run-summary.ts";

/** What the end task of a run left; null while it has none. */
export function endArtifacts(store: Datastore, run: RunSummary): ArtifactTable | null {
  const result = endOf(run)?.result ?? null;
  return result === null ? null : store.record(run.flow, run.run).resultAt(result).artifacts;
}

/** Announces what {@link endArtifacts} will read of these runs. */
export function announceEnds(store: Datastore, runs: readonly RunSummary[]): void {
  for (const run of runs) {
    const result = endOf(run)?.result ?? null;
    if (result !== null) store.record(run.flow, run.run).ahead([result]);
  }
}

function endOf({ tasks, document }: RunSummary): TaskSummary | undefined {
  return tasks.findLast(({ step, result }) => step === document.graph.end && result !== null);
}
