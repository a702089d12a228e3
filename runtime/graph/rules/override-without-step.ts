import type { FlowFacts } from "../flow-facts.ts";
import { finding, type Finding } from "../finding.ts";

export function overrideWithoutStep({ steps }: FlowFacts): Finding[] {
  return [...steps.values()]
    .filter(({ method }) => method.isUnmarkedOverride)
    .map(({ name, method }) =>
      finding({
        rule: "override-without-step",
        step: name,
        message: `Cannot tell whether ${name} is still a step because ${method.owner.name} overrides it without @step`,
        hint: `write @step before ${method.owner.name}'s ${name}, or give that method another name`,
      }),
    );
}
