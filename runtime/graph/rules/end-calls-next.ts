import type { FlowFacts } from "../flow-facts.ts";
import { finding, type Finding } from "../finding.ts";

export function endCallsNext({ steps }: FlowFacts): Finding[] {
  return [...steps.values()]
    .filter(({ isEnd, reading }) => isEnd && reading.nexts.length > 0)
    .map(({ name }) =>
      finding({
        rule: "end-calls-next",
        step: name,
        at: { kind: "next", index: 0 },
        message: `Cannot go on after ${name} because it is the flow's end: it calls this.next`,
        hint: `remove the call, or mark the step that is last instead with @step({ end: true })`,
      }),
    );
}
