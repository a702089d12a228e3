import type { FlowFacts } from "../flow-facts.ts";
import { finding, type Finding } from "../finding.ts";
import { targetsOf } from "../flow-graph.ts";
import { isMixed, stackAfter } from "../split-paths.ts";
import { listOf } from "../../text/list-of.ts";

export function unjoinedSplit({ flow, steps, paths, ends }: FlowFacts): Finding[] {
  const [end] = ends;
  if (end === undefined || ends.length > 1) return [];
  const troubled = troubledSplits({ steps, paths }, end);
  const open = new Map<string, Set<string>>();
  for (const { stack } of paths.arrivals.get(end) ?? []) {
    for (const { split, arm } of stackAfter(stack, steps.get(end)?.isJoin === true)) {
      if (!troubled.has(split)) open.set(split, (open.get(split) ?? new Set()).add(arm));
    }
  }
  return [...open].map(([split, arms]) => {
    const transition = steps.get(split)?.transition;
    const ways = transition ? targetsOf(transition).filter((target) => arms.has(target)) : [];
    const isMany = ways.length > 1 || transition?.kind !== "branch";
    const what = transition?.kind === "branch" ? `the path${isMany ? "s" : ""} through` : "the tasks of";
    return finding({
      rule: "unjoined-split",
      step: split,
      at: { kind: "next", index: 0 },
      message: `Cannot end the flow because the split at ${split} is never joined: ${what} ${listOf(ways)} ${isMany ? "reach" : "reaches"} ${end} without a join`,
      hint: `let all of its paths meet in a step that takes inputs: @step join(inputs: Inputs<${flow}>) { this.next(this.${end}); }`,
    });
  });
}

/** Where paths meet wrongly further up, what stays open is only a consequence. */
function troubledSplits({ steps, paths }: Pick<FlowFacts, "steps" | "paths">, end: string): ReadonlySet<string> {
  const splits = new Set<string>();
  for (const [name, arrivals] of paths.arrivals) {
    const isJoin = steps.get(name)?.isJoin === true;
    if (name === end || (isJoin ? !isMixed(arrivals, isJoin) : arrivals.length < 2)) continue;
    for (const { stack } of arrivals) for (const { split } of stack) splits.add(split);
  }
  return splits;
}
