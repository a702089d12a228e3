import type { FlowGraph } from "./flow-graph.ts";

/**
 * Fields in which a step of the flow leaves its error, by `@catchError({ as })`: where nothing was caught, the flow reads
 * `undefined` from them, and no artifact is stored.
 */
export function caughtFields({ steps }: FlowGraph): ReadonlySet<string> {
  return new Set(steps.flatMap(({ settings }) => settings.catchAs ?? []));
}
