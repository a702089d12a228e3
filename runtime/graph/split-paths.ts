import { isSplit, targetsOf, type Transition } from "./flow-graph.ts";

/** One open split on the way to a step. */
export interface SplitFrame {
  readonly split: string;
  /** Which path of a branch; a foreach and a gang have one. */
  readonly arm: string;
}

/** One way in which a step is reached: the splits open on the way, outermost first. */
export interface Arrival {
  readonly from: string | null;
  readonly stack: readonly SplitFrame[];
}

export interface SplitPaths {
  /** Distinct arrivals of each step that the start reaches. */
  readonly arrivals: ReadonlyMap<string, readonly Arrival[]>;
}

export interface PathStep {
  readonly transition: Transition | null;
  readonly isJoin: boolean;
}

/** Walks from the start and notes, for every step, which splits are open when it is reached. */
export function walkSplits(steps: ReadonlyMap<string, PathStep>, start: string | undefined): SplitPaths {
  const arrivals = new Map<string, Arrival[]>();
  const pending: { step: string; arrival: Arrival }[] = [];
  if (start !== undefined) pending.push({ step: start, arrival: { from: null, stack: [] } });
  for (const { step, arrival } of pending) {
    const node = steps.get(step);
    if (node === undefined) continue;
    const known = arrivals.get(step);
    if (known !== undefined) {
      if (!known.some((other) => isSameStack(other.stack, arrival.stack))) known.push(arrival);
      continue;
    }
    arrivals.set(step, [arrival]);
    if (node.transition === null) continue;
    const stack = stackAfter(arrival.stack, node.isJoin);
    for (const target of targetsOf(node.transition)) {
      const opened = isSplit(node.transition) ? [...stack, { split: step, arm: target }] : stack;
      pending.push({ step: target, arrival: { from: step, stack: opened } });
    }
  }
  return { arrivals };
}

/** The splits that enclose a step: a join stands outside of the one that it closes. */
export function stackAfter(stack: readonly SplitFrame[], isJoin: boolean): readonly SplitFrame[] {
  return isJoin ? stack.slice(0, -1) : stack;
}

function splitsOf(stack: readonly SplitFrame[]): string {
  return JSON.stringify(stack.map((frame) => frame.split));
}

/** True where the ways to a step do not come out of the same splits: it can close none of them. */
export function isMixed(arrivals: readonly Arrival[], isJoin: boolean): boolean {
  const [first] = arrivals;
  if (first === undefined) return false;
  const outer = (arrival: Arrival): string => JSON.stringify(stackAfter(arrival.stack, isJoin));
  return arrivals.some(
    (other) => splitsOf(other.stack) !== splitsOf(first.stack) || (isJoin && outer(other) !== outer(first)),
  );
}

/** For each split the joins that close it. */
export function joinsOf(
  paths: SplitPaths,
  steps: ReadonlyMap<string, PathStep>,
): ReadonlyMap<string, readonly string[]> {
  const joins = new Map<string, string[]>();
  for (const [step, arrivals] of paths.arrivals) {
    if (steps.get(step)?.isJoin !== true) continue;
    for (const { stack } of arrivals) {
      const split = stack.at(-1)?.split;
      if (split === undefined) continue;
      const known = joins.get(split) ?? [];
      if (!known.includes(step)) joins.set(split, [...known, step]);
    }
  }
  return joins;
}

function isSameStack(a: readonly SplitFrame[], b: readonly SplitFrame[]): boolean {
  return a.length === b.length && a.every((frame, at) => frame.split === b[at]?.split && frame.arm === b[at].arm);
}
