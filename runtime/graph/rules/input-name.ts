import type { FlowFacts } from "../flow-facts.ts";
import { finding, type Finding } from "../finding.ts";
import { stackAfter } from "../split-paths.ts";

/** A join finds the paths of a branch by the names of their last steps, in an array that has names of its own. */
export function inputName({ steps, paths }: FlowFacts): Finding[] {
  return [...steps.values()].flatMap(({ name, transition, isJoin }) => {
    if (transition?.kind !== "linear" || !(name in [])) return [];
    const join = steps.get(transition.target);
    // A join that goes by the order of its inputs may have steps of any name before it.
    if (join?.isJoin !== true || !join.reading.any.has(name)) return [];
    const around = stackAfter(paths.arrivals.get(name)?.[0]?.stack ?? [], isJoin);
    const split = around.at(-1)?.split ?? "";
    // Of a foreach all paths end in the same step: nobody asks for one by name.
    if (steps.get(split)?.transition?.kind !== "branch") return [];
    return finding({
      rule: "reserved-name",
      step: name,
      message: `Cannot name the last step before a join ${name} because inputs.${name} is a member of every array`,
      hint: `rename it, for example to ${name}Step: the join then finds it as inputs.${name}Step`,
    });
  });
}
