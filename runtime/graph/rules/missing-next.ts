import type { FlowFacts } from "../flow-facts.ts";
import { finding, type Finding } from "../finding.ts";

export function missingNext({ steps }: FlowFacts): Finding[] {
  return [...steps.values()]
    .filter(({ isEnd, reading }) => !isEnd && reading.unreadable === null && reading.nexts.length === 0)
    .map(({ name }) =>
      finding({
        rule: "missing-next",
        step: name,
        message: `Cannot tell what follows ${name} because it never calls this.next`,
        hint: `end it with this.next(this.someStep), or mark it with @step({ end: true }) if the flow ends there`,
      }),
    );
}
