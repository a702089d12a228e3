import { brokenInvariant } from "../../../sdk/base/millrace-error.ts";
import { type FlowGraph, nodeOf, type StepNode } from "../../graph/flow-graph.ts";

/**
 * A part of a flow that runs as one: all that happens in one child of a split, or in the flow itself. What a split opens
 * are frames of its own, so a target that knows loops over lists and blocks of steps can be written from it.
 */
export interface Frame {
  readonly entry: string;
  /** Each step once; one that leads to another stands before it, but for the way back of a loop. */
  readonly steps: readonly FrameStep[];
  /** True where a switch in this very frame, not in one that it holds, leads back. */
  readonly hasLoop: boolean;
}

export interface FrameStep {
  readonly step: string;
  readonly node: StepNode;
  readonly goes: Go;
}

/** Where a step leads, seen from within its frame. */
export type Go =
  /** The flow is over. */
  | { readonly kind: "end" }
  /** This frame is done: the join of the split around it follows, once all of its children are there. */
  | { readonly kind: "arrive" }
  | { readonly kind: "to"; readonly step: string }
  /** Null: that case arrives. */
  | { readonly kind: "switch"; readonly cases: Readonly<Record<string, string | null>> }
  | {
      readonly kind: "split";
      readonly split: "branch" | "foreach" | "gang";
      /** How many children there are; null where only the run knows. */
      readonly size: number | null;
      /** Of a branch one for each path, in order; else one, which every child runs. */
      readonly bodies: readonly Frame[];
      /** The step of this same frame that goes on when all children have arrived. */
      readonly join: string;
    };

/** A flow as nested frames. @param graph - a sound one: its splits are closed, its cycles have a switch */
export function frameOf(graph: FlowGraph): Frame {
  return frameFrom(graph, { entry: graph.start, join: null });
}

interface Bounds {
  readonly entry: string;
  /** The join around the frame, which is no part of it. */
  readonly join: string | null;
}

function frameFrom(graph: FlowGraph, { entry, join }: Bounds): Frame {
  const known = new Map<string, FrameStep>();
  const done: FrameStep[] = [];
  const open = new Set<string>();
  let hasLoop = false;
  // An own stack: a flow of some thousand steps in a row would be too deep a recursion.
  const stack = [{ at: enter(entry), next: 0 }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const targets = followersOf(top.at.goes);
    const target = targets[targets.length - 1 - top.next];
    top.next += 1;
    if (target === undefined) {
      open.delete(top.at.step);
      done.push(top.at);
      stack.pop();
    } else if (!known.has(target)) stack.push({ at: enter(target), next: 0 });
    else if (open.has(target)) hasLoop = true;
  }
  return { entry, steps: done.reverse(), hasLoop };

  function enter(step: string): FrameStep {
    const node = nodeOf(graph, step);
    const found: FrameStep = { step, node, goes: goOf(graph, { node, join }) };
    known.set(step, found);
    open.add(step);
    return found;
  }
}

function goOf(graph: FlowGraph, { node, join }: { node: StepNode; join: string | null }): Go {
  const { transition } = node;
  switch (transition.kind) {
    case "end":
      return { kind: "end" };
    case "linear":
      return transition.target === join ? { kind: "arrive" } : { kind: "to", step: transition.target };
    case "switch": {
      const cases = Object.entries(transition.cases).map(([name, step]) => [name, step === join ? null : step]);
      return { kind: "switch", cases: Object.fromEntries(cases) as Readonly<Record<string, string | null>> };
    }
    case "branch":
    case "foreach":
    case "gang":
      return splitOf(graph, node);
  }
}

function splitOf(graph: FlowGraph, { name, transition, join }: StepNode): Go {
  if (join === null) throw brokenInvariant(`the split at ${name} has no join`);
  const inner = (entry: string): Frame => frameFrom(graph, { entry, join });
  if (transition.kind === "branch") {
    const bodies = transition.targets.map(inner);
    return { kind: "split", split: "branch", size: bodies.length, bodies, join };
  }
  if (transition.kind !== "foreach" && transition.kind !== "gang") throw brokenInvariant(`${name} does not split`);
  const size = transition.kind === "gang" ? transition.size : null;
  return { kind: "split", split: transition.kind, size, bodies: [inner(transition.target)], join };
}

/** The steps of the same frame that may follow. */
export function followersOf(goes: Go): readonly string[] {
  switch (goes.kind) {
    case "end":
    case "arrive":
      return [];
    case "to":
      return [goes.step];
    case "split":
      return [goes.join];
    case "switch":
      return [...new Set(Object.values(goes.cases).filter((step) => step !== null))];
  }
}
