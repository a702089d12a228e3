import type { FlowGraph, StepNode } from "../flow-graph.ts";

/** An arrow of the drawing. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  /** Case of a switch, artifact of a foreach, size of a gang. */
  readonly label: string | null;
}

/** Arrows in the order of the steps; several cases to one step share an arrow. */
export function edgesOf(graph: FlowGraph): readonly Edge[] {
  return graph.steps.flatMap((step) => edgesFrom(step));
}

function edgesFrom({ name: from, transition }: StepNode): readonly Edge[] {
  switch (transition.kind) {
    case "end":
      return [];
    case "linear":
      return [{ from, to: transition.target, label: null }];
    case "branch":
      return transition.targets.map((to) => ({ from, to, label: null }));
    case "foreach":
      return [{ from, to: transition.target, label: `foreach ${transition.artifact}` }];
    case "gang":
      return [{ from, to: transition.target, label: transition.size === null ? "gang" : `gang of ${transition.size}` }];
    case "switch": {
      const cases = new Map<string, string[]>();
      for (const [value, to] of Object.entries(transition.cases)) cases.set(to, [...(cases.get(to) ?? []), value]);
      return [...cases].map(([to, values]) => ({ from, to, label: values.join(", ") }));
    }
  }
}

/** What a step is in the drawing, if it is more than a plain one. */
export function markOf(step: StepNode): string | null {
  const marks: string[] = [];
  if (step.isJoin) marks.push("join");
  if (step.transition.kind === "switch") marks.push(`switch on ${step.transition.artifact}`);
  else if (step.transition.kind !== "end" && step.transition.kind !== "linear") marks.push(step.transition.kind);
  return marks.length === 0 ? null : marks.join(", ");
}
