import { smallest } from "../../../sdk/base/largest.ts";
import type { FlowGraph } from "../../graph/flow-graph.ts";
import type { Capacity } from "../../scheduler/capacity.ts";

/** What `@concurrency` limits, wherever the steps run: one for each key, and for each step that has none. */
export function sharedLimits(graph: FlowGraph): readonly Capacity[] {
  const keyOf = new Map<string, string>();
  const limits = new Map<string, number[]>();
  for (const { name, settings } of graph.steps) {
    if (settings.concurrency === undefined) continue;
    const { limit, key } = settings.concurrency;
    // A step's own name is no key that another could have by chance.
    const own = key === null ? `step ${name}` : `key ${key}`;
    keyOf.set(name, own);
    limits.set(own, [...(limits.get(own) ?? []), limit]);
  }
  return [...limits].map(([own, counts]) => ({
    name: own.startsWith("key ") ? `@concurrency ${own.slice("key ".length)}` : "@concurrency",
    count: smallest(counts),
    takenBy: (step) => (keyOf.get(step) === own ? 1 : 0),
  }));
}
