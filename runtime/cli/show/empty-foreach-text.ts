import { type FlowGraph, nodeOf } from "../../graph/flow-graph.ts";

/**
 * That a foreach had nothing to go over, which is allowed and seldom meant; "" for a step without a foreach.
 * @param names - the tasks that opened it; the first speaks for all
 */
export function emptyForeachText(
  graph: FlowGraph,
  { step, names }: { step: string; names: readonly string[] },
): string {
  const { transition, join } = nodeOf(graph, step);
  if (transition.kind !== "foreach") return "";
  const others = names.length > 1 ? ` and of ${names.length - 1} more` : "";
  const after = join === null ? "" : `, and ${join} gets no inputs`;
  return `foreach over ${transition.artifact} of ${names[0] ?? step}${others} has no items: no task of ${transition.target} runs${after}`;
}
