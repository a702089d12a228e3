import type { FlowFacts } from "../flow-facts.ts";
import { finding, type Finding } from "../finding.ts";

export function stepArguments({ steps }: FlowFacts): Finding[] {
  return [...steps.values()]
    .filter(({ reading }) => reading.paramCount > 1)
    .map(({ name, reading }) =>
      finding({
        rule: "step-arguments",
        step: name,
        message: `Cannot call ${name} because a step takes at most one argument (inputs of a join, or the item of a foreach): ${reading.paramCount}`,
        hint: "keep the first; pass other values as artifacts: this.value = … in an earlier step",
      }),
    );
}
