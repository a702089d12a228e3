import type { ResultLocator } from "../datastore/records.ts";
import type { FlowGraph } from "../graph/flow-graph.ts";
import { candidateOf, firstOf } from "./candidate.ts";
import { applyEvent } from "./apply-event.ts";
import type { ReusableResult } from "./scheduler.ts";
import { initialState, pathOf, type ReadyEntry } from "./run-state.ts";

/**
 * The results that a resume will reuse, by step: all that precedes them must be reused, too.
 * @param reusable - also told of tasks that then have to run, though what precedes them is reused
 */
export function simulateReuse(
  graph: FlowGraph,
  reusable: (step: string, path: string) => ReusableResult | null,
): ReadonlyMap<string, ResultLocator[]> {
  const state = initialState(graph);
  const results = new Map<string, ResultLocator[]>();
  for (let first = firstOf(state, 0); first !== null; first = firstOf(state, 0)) {
    const next = candidateOf(first, state.nextTask);
    const { task, source, place } = next;
    const path = pathOf(place);
    const reused = place.isReused ? reusable(place.step, path) : null;
    if (reused === null) {
      leaveOut(state.ready);
      continue;
    }
    const ofStep = results.get(place.step) ?? [];
    ofStep.push(reused.result);
    results.set(place.step, ofStep);
    applyEvent(state, { type: "task-reused", time: 0, task, step: place.step, source, path, ...reused });
  }
  return results;
}

/** What would have to run is dropped: nothing that follows it can be reused. */
function leaveOut(ready: ReadyEntry[]): void {
  const entry = ready.at(-1);
  if (entry?.kind !== "split") return void ready.pop();
  entry.split.launched += 1;
  if (entry.split.launched === entry.split.size) ready.pop();
}
