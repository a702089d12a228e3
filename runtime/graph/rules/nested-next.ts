import type { FlowFacts } from "../flow-facts.ts";
import { finding, type Finding } from "../finding.ts";

export function nestedNext({ steps }: FlowFacts): Finding[] {
  return [...steps.values()].flatMap(({ name, isEnd, reading }) => {
    const index = reading.nexts.findIndex((call) => call.isNested);
    if (isEnd || index < 0) return [];
    return finding({
      rule: "nested-next",
      step: name,
      at: { kind: "next", index },
      message: `Cannot tell what follows ${name} because it calls this.next inside another function`,
      hint: "move the call out of the callback to the end of the step; await what has to happen before",
    });
  });
}
