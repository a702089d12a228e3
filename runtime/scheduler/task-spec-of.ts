import type { ForeachPlace, TaskSpec } from "../task/task-spec.ts";
import { nodeOf, type FlowGraph } from "../graph/flow-graph.ts";
import type { Candidate } from "./candidate.ts";
import { pathOf, type GraphPlace } from "./run-state.ts";

/** What an engine gets to execute a candidate. */
export function taskSpecOf(candidate: Candidate, graph: FlowGraph): TaskSpec {
  const { task, attempt, interruptions, place, lastError } = candidate;
  const retries = (nodeOf(graph, place.step).settings.retry?.times ?? 0) + interruptions;
  const { split, index } = place;
  return {
    task,
    attempt,
    step: place.step,
    path: pathOf(place),
    isLastAttempt: attempt >= retries,
    inputs: place.inputs,
    stack: foreachStackOf(place),
    gang: split?.kind === "gang" ? { size: split.size, index } : null,
    // One attempt more than allowed is not an attempt: it concludes a task whose process died.
    caught: attempt > retries ? lastError : null,
  };
}

function foreachStackOf(place: GraphPlace): ForeachPlace[] {
  const stack: ForeachPlace[] = [];
  for (let at = place; at.split !== null; at = at.split.place) {
    const { split, index } = at;
    if (split.items === null) continue;
    const { blobs, itemsPerBlob } = split.items;
    stack.unshift({
      step: split.place.step,
      index,
      size: split.size,
      blob: blobs[Math.floor(index / itemsPerBlob)] ?? "",
      at: index % itemsPerBlob,
    });
  }
  return stack;
}
