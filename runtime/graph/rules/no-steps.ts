import type { FlowFacts } from "../flow-facts.ts";
import { finding, type Finding } from "../finding.ts";

export function noSteps({ flow, steps }: FlowFacts): Finding[] {
  if (steps.size > 0) return [];
  return [
    finding({
      rule: "no-steps",
      message: `Cannot run ${flow} because it has no steps`,
      hint: "write @step before each method that is a step, for example: @step start() { this.next(this.end); }",
    }),
  ];
}
