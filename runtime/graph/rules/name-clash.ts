import type { FlowFacts } from "../flow-facts.ts";
import { finding, type Finding } from "../finding.ts";

export function nameClash({ steps, fields }: FlowFacts): Finding[] {
  return [...fields.values()]
    .filter(({ name }) => steps.has(name))
    .map(({ name }) =>
      finding({
        rule: "name-clash",
        step: name,
        message: `Cannot tell what this.${name} means because a step and a parameter share the name`,
        hint: "rename one of them",
      }),
    );
}
