import type { FlowFacts } from "../flow-facts.ts";
import { finding, type Finding } from "../finding.ts";

export function duplicateTarget({ steps }: FlowFacts): Finding[] {
  return [...steps.values()].flatMap(({ name, transition }) => {
    if (transition?.kind !== "branch") return [];
    const twice = transition.targets.filter((target, at) => transition.targets.indexOf(target) !== at);
    return [...new Set(twice)].map((target) =>
      finding({
        rule: "duplicate-target",
        step: name,
        at: { kind: "next", index: 0 },
        message: `Cannot branch from ${name} to the same step twice: ${target}`,
        hint: `use a foreach to run ${target} several times: this.next(this.${target}, { foreach: "items" })`,
      }),
    );
  });
}
