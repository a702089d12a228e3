import type { FlowFacts } from "../flow-facts.ts";
import { finding, type Finding } from "../finding.ts";

export function conditionalNext({ steps }: FlowFacts): Finding[] {
  return [...steps.values()].flatMap(({ name, isEnd, reading }) => {
    const direct = reading.nexts.filter((call) => !call.isNested);
    const [only] = direct;
    if (isEnd || only === undefined || direct.length > 1) return [];
    if (only.condition === null && !reading.returnsEarly) return [];
    const why = only.condition === null ? "a return before it can skip it" : `it is inside ${only.condition}`;
    return finding({
      rule: "conditional-next",
      step: name,
      at: { kind: "next", index: reading.nexts.indexOf(only) },
      message: `Cannot be sure that ${name} calls this.next because ${why}`,
      hint: `make it the last statement of the step; to choose between steps use a switch: this.next({ a: this.stepA, b: this.stepB }, { condition: "choice" })`,
    });
  });
}
