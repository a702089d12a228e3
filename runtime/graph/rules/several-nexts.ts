import type { FlowFacts } from "../flow-facts.ts";
import { finding, type Finding } from "../finding.ts";

export function severalNexts({ steps }: FlowFacts): Finding[] {
  return [...steps.values()].flatMap(({ name, isEnd, reading }) => {
    const direct = reading.nexts.filter((call) => !call.isNested);
    const second = direct[1];
    if (isEnd || second === undefined) return [];
    const isChoice = direct.some((call) => call.condition !== null);
    return finding({
      rule: "several-nexts",
      step: name,
      at: { kind: "next", index: reading.nexts.indexOf(second) },
      message: `Cannot tell what follows ${name} because it calls this.next ${direct.length} times`,
      hint: isChoice
        ? `store the decision in an artifact and call once: this.choice = "a"; this.next({ a: this.stepA, b: this.stepB }, { condition: "choice" })`
        : "call it once: this.next(this.a, this.b) starts both",
    });
  });
}
