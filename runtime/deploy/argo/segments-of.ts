import { type Frame, type FrameStep, type Go } from "../frames/frame.ts";

/**
 * Steps of a frame that one block of tasks can hold: none of them is come to by two ways that exclude each other, but for
 * plain steps that meet again. What follows any other way is a block of its own, which the last task of this one calls: so a
 * block that leads back calls itself.
 */
export interface FrameSegment {
  readonly root: string;
  readonly steps: readonly FrameStep[];
}

/** A way from a step to one of the same frame. */
export interface Way {
  readonly from: string;
  readonly to: string;
  /** The cases of the switch that go there; null for what is no switch. */
  readonly cases: readonly string[] | null;
}

/** The first one is that of the frame's entry. */
export function segmentsOf(frame: Frame): readonly FrameSegment[] {
  const heads = headsOf(frame);
  for (;;) {
    const found = [...heads].map((root) => segmentFrom(frame, root, heads));
    const further = sharedStep(found);
    if (further === null) return found;
    heads.add(further);
  }
}

export function waysFrom({ step: from, goes }: FrameStep): readonly Way[] {
  if (goes.kind === "to") return [{ from, to: goes.step, cases: null }];
  if (goes.kind === "split") return [{ from, to: goes.join, cases: null }];
  return goes.kind === "switch" ? switchWays(from, goes) : [];
}

function switchWays(from: string, { cases }: Extract<Go, { kind: "switch" }>): readonly Way[] {
  const byTarget = new Map<string, string[]>();
  for (const [name, to] of Object.entries(cases))
    if (to !== null) byTarget.set(to, [...(byTarget.get(to) ?? []), name]);
  return [...byTarget].map(([to, names]) => ({ from, to, cases: names }));
}

/** The entry, where ways lead back, and where a case leads to a step that others lead to as well. */
function headsOf({ entry, steps }: Frame): Set<string> {
  const position = new Map(steps.map(({ step }, at) => [step, at]));
  const ways = steps.flatMap(waysFrom);
  const isBack = ({ from, to }: Way) => (position.get(to) ?? 0) <= (position.get(from) ?? 0);
  const isMixed = ({ to, cases }: Way) => cases !== null && ways.filter((way) => way.to === to).length > 1;
  return new Set([entry, ...ways.filter((way) => isBack(way) || isMixed(way)).map(({ to }) => to)]);
}

function segmentFrom({ steps }: Frame, root: string, heads: ReadonlySet<string>): FrameSegment {
  const reached = new Set([root]);
  // A step stands behind those that lead to it, but for ways back, which lead to heads.
  const own = steps.filter((step) => {
    if (!reached.has(step.step)) return false;
    for (const { to } of waysFrom(step)) if (!heads.has(to)) reached.add(to);
    return true;
  });
  return { root, steps: own };
}

/** One that two segments would hold. */
function sharedStep(segments: readonly FrameSegment[]): string | null {
  const seen = new Set<string>();
  for (const { steps } of segments)
    for (const { step } of steps) {
      if (seen.has(step)) return step;
      seen.add(step);
    }
  return null;
}
