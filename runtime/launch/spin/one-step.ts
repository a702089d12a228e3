import { type FlowGraph, nodeOf, type StepNode } from "../../graph/flow-graph.ts";

/**
 * A graph of one step, which ends with it. It is tried once, so a failure shows at once; where its process dies,
 * `@catchError` still concludes it.
 * @param hasTimeLimit - false where time does not count, as at a breakpoint
 */
export function oneStep(
  graph: FlowGraph,
  { step, hasTimeLimit }: { readonly step: string; readonly hasTimeLimit: boolean },
): FlowGraph {
  const node = nodeOf(graph, step);
  const left = hasTimeLimit ? ["retry"] : ["retry", "timeoutMs"];
  return { ...graph, start: step, end: step, steps: [{ ...without(node, left), transition: { kind: "end" } }] };
}

/** The step with these settings left out. */
export function without(node: StepNode, names: readonly string[]): StepNode {
  const settings = Object.entries(node.settings).filter(([name]) => !names.includes(name));
  return { ...node, settings: Object.fromEntries(settings) };
}
