import { type FlowGraph, nodeOf } from "../graph/flow-graph.ts";

export interface DroppedByOptions {
  /** The join that misses the artifact. */
  readonly join: string;
  /** The steps whose results it received. */
  readonly inputs: readonly string[];
}

/**
 * The join inside a join's split that most likely did not carry an artifact: the first one after a step that mentions it.
 * @returns `null` where no such join is on the way
 */
export function droppedBy(graph: FlowGraph, name: string, { join, inputs }: DroppedByOptions): string | null {
  const isInside = (step: string) => nodeOf(graph, step).join !== join;
  const inner = [...before(inputs)].filter((step) => nodeOf(graph, step).isJoin && step !== join);
  const droppers = inner.filter((step) => {
    const { mentions, parents } = nodeOf(graph, step);
    return (
      !mentions.includes(name) && [...before(parents)].some((earlier) => nodeOf(graph, earlier).mentions.includes(name))
    );
  });
  return droppers.at(-1) ?? null;

  /** Back to the split that the outer join closes, nearest first. */
  function before(steps: readonly string[]): ReadonlySet<string> {
    const seen = new Set(steps.filter(isInside));
    for (const step of seen) for (const parent of nodeOf(graph, step).parents) if (isInside(parent)) seen.add(parent);
    return seen;
  }
}
