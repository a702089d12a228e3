import { followersOf, type Frame } from "../frames/frame.ts";

/**
 * For each step of a frame without loops, the step where all ways that lead on from it meet again; null where they do so
 * only at the frame's end.
 */
export function postDominators({ steps }: Frame): ReadonlyMap<string, string | null> {
  // Each step's own chain of them, nearest first, itself included.
  const chains = new Map<string, readonly string[]>();
  for (const { step, goes } of [...steps].reverse()) {
    const [first = [], ...others] = followersOf(goes).map((next) => chains.get(next) ?? []);
    const isOver = goes.kind === "switch" && Object.values(goes.cases).includes(null);
    const common = isOver ? [] : others.reduce((met, chain) => met.filter((one) => chain.includes(one)), first);
    chains.set(step, [step, ...common]);
  }
  return new Map([...chains].map(([step, [, next]]) => [step, next ?? null]));
}
