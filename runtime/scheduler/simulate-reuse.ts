import type { FlowGraph } from "../graph/graph.ts";
import { candidateOf, firstOf } from "./candidates.ts";
import { applyEvent } from "./reducer.ts";
import type { ReusableResult } from "./scheduler.ts";
import { initialState, pathOf, type ReadyEntry } from "./state.ts";

/** How many tasks of each step a resume will take over: all that precedes them must be taken over, too. */
export function simulateReuse(
  graph: FlowGraph,
  reusable: (step: string, path: string) => ReusableResult | null,
): ReadonlyMap<string, number> {
  const state = initialState(graph);
  const counts = new Map<string, number>();
  for (let first = firstOf(state, 0); first !== null; first = firstOf(state, 0)) {
    const next = candidateOf(first, state.nextTask);
    const { task, source, place } = next;
    const path = pathOf(place);
    const reused = place.isReused ? reusable(place.step, path) : null;
    if (reused === null) {
      leaveOut(state.ready);
      continue;
    }
    counts.set(place.step, (counts.get(place.step) ?? 0) + 1);
    applyEvent(state, { type: "task-reused", time: 0, task, step: place.step, source, path, ...reused });
  }
  return counts;
}

/** What would have to run is dropped: nothing that follows it can be taken over. */
function leaveOut(ready: ReadyEntry[]): void {
  const entry = ready.at(-1);
  if (entry?.kind !== "split") return void ready.pop();
  entry.split.launched += 1;
  if (entry.split.launched === entry.split.size) ready.pop();
}
