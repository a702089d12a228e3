import type { FlowFacts, StepFacts } from "../flow-facts.ts";
import { finding, type Finding } from "../finding.ts";

/** Members of a gang run at the same time, each in a job of its own: one that waited behind another would never meet it. */
export function reuseOnGang(facts: FlowFacts): Finding[] {
  return [...facts.steps.values()].flatMap((step) => {
    const gang = step.settings.reuse === undefined ? null : gangOf(step, facts);
    if (gang === null) return [];
    const { name } = step;
    return finding({
      rule: "reuse-on-gang",
      step: name,
      message: `Cannot reuse the jobs of ${name} because its tasks are a gang, which ${gang} starts with numParallel: they run at the same time`,
      hint: `leave @reuse off ${name}; in place of --with reuse, write @reuse() before the steps that can have it`,
    });
  });
}

/** The step that starts the gang of which its tasks are; null for one that is in none, as a join behind it. */
function gangOf({ name, isJoin }: StepFacts, { steps, paths }: FlowFacts): string | null {
  for (const { stack } of paths.arrivals.get(name) ?? []) {
    const split = stack.at(isJoin ? -2 : -1)?.split ?? "";
    if (steps.get(split)?.transition?.kind === "gang") return split;
  }
  return null;
}
