import type { FlowFacts } from "../flow-facts.ts";
import { finding, type Finding } from "../finding.ts";
import { targetsOf } from "../flow-graph.ts";

export function switchIntoJoin({ steps, paths }: FlowFacts): Finding[] {
  return [...steps.values()].flatMap(({ name, transition }) => {
    if (transition?.kind !== "switch") return [];
    return targetsOf(transition)
      .filter((target) => steps.get(target)?.isJoin === true && isInSplit(target))
      .map((target) =>
        finding({
          rule: "switch-into-join",
          step: name,
          at: { kind: "next", index: 0 },
          message: `Cannot switch from ${name} straight into a join: ${target}`,
          hint: `put a step between: @step toJoin() { this.next(this.${target}); }`,
        }),
      );
  });

  // Outside of every split it is no join but a mistake of its own.
  function isInSplit(step: string): boolean {
    return (paths.arrivals.get(step) ?? []).some(({ stack }) => stack.length > 0);
  }
}
