import type { StepSettings } from "../../sdk/base/step-settings.ts";

/** A flow as a graph of steps: read statically from the class, plain data, stored with each run. */
export interface FlowGraph {
  readonly flow: string;
  readonly doc: string | null;
  readonly start: string;
  readonly end: string;
  /** In the order of declaration, base classes first. */
  readonly steps: readonly StepNode[];
  readonly parameters: readonly string[];
}

export interface StepNode {
  readonly name: string;
  readonly transition: Transition;
  /** True if the step takes `inputs`: the place where a split's paths meet. */
  readonly isJoin: boolean;
  /** Steps whose transition leads here. */
  readonly parents: readonly string[];
  /** Enclosing splits, outermost first (a join is outside the split that it closes). */
  readonly splits: readonly string[];
  /** For a split (branch, foreach, gang): the join that closes it. */
  readonly join: string | null;
  readonly doc: string | null;
  readonly settings: StepSettings;
  /** Artifact names that the method's source mentions as `this.name` or `inputs….name`. */
  readonly mentions: readonly string[];
}

/** What a step's one `this.next(…)` says. */
export type Transition =
  | { readonly kind: "end" }
  | { readonly kind: "linear"; readonly target: string }
  | { readonly kind: "branch"; readonly targets: readonly string[] }
  | {
      readonly kind: "foreach";
      readonly target: string;
      readonly artifact: string;
      /** Property of the items that tells tasks apart: null where only the run knows its name, absent without `label`. */
      readonly label?: string | null;
    }
  | { readonly kind: "gang"; readonly target: string; readonly size: number | null }
  | { readonly kind: "switch"; readonly artifact: string; readonly cases: Readonly<Record<string, string>> };

/** Every step that a transition can lead to, without repeats. */
export function targetsOf(transition: Transition): readonly string[] {
  switch (transition.kind) {
    case "end":
      return [];
    case "branch":
      return transition.targets;
    case "switch":
      return [...new Set(Object.values(transition.cases))];
    default:
      return [transition.target];
  }
}

/** True for a transition that opens a split, which a join must close. */
export function isSplit(transition: Transition): boolean {
  return transition.kind === "branch" || transition.kind === "foreach" || transition.kind === "gang";
}

/** The node of a step that the graph is known to hold. */
export function nodeOf(graph: FlowGraph, step: string): StepNode {
  let byName = INDEXES.get(graph);
  if (byName === undefined) {
    byName = new Map(graph.steps.map((node) => [node.name, node]));
    INDEXES.set(graph, byName);
  }
  const node = byName.get(step);
  if (node === undefined) throw new Error(`This is a bug in Millrace: the graph of ${graph.flow} has no step ${step}`);
  return node;
}

/** A graph is plain data and never changes; asked for a step by each task of a run, it is not walked each time. */
const INDEXES = new WeakMap<FlowGraph, ReadonlyMap<string, StepNode>>();
