import type { FlowFacts } from "../flow-facts.ts";
import { finding, type Finding } from "../finding.ts";
import { targetsOf } from "../flow-graph.ts";
import { nearest } from "../../../sdk/base/nearest.ts";

export function unknownTarget(facts: FlowFacts): Finding[] {
  return [...facts.steps.values()].flatMap((step) => {
    const targets = step.transition === null ? [] : targetsOf(step.transition);
    return [...new Set(targets)]
      .filter((target) => !facts.steps.has(target))
      .map((target) => {
        const { message, hint } = describe(target, { step: step.name, facts });
        return finding({ rule: "unknown-target", step: step.name, at: { kind: "next", index: 0 }, message, hint });
      });
  });
}

function describe(
  target: string,
  { step, facts }: { step: string; facts: FlowFacts },
): { message: string; hint: string } {
  if (facts.otherMethods.has(target)) {
    return {
      message: `Cannot go from ${step} to ${target} because ${target} is a method but not a step`,
      hint: `write @step before ${target}, or call it here and go on to a step`,
    };
  }
  if (facts.fields.has(target)) {
    return {
      message: `Cannot go from ${step} to ${target} because ${target} is a parameter, not a step`,
      hint: `name the step to run: it can read this.${target}`,
    };
  }
  const names = [...facts.steps.keys()];
  const meant = nearest(target, names);
  return {
    message: `Cannot go from ${step} to ${target} because ${facts.flow} has no such step`,
    hint: meant === null ? `add a step ${target}, or name one of: ${names.join(", ")}` : `did you mean this.${meant}?`,
  };
}
