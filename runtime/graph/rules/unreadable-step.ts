import type { FlowFacts } from "../flow-facts.ts";
import { finding, type Finding } from "../finding.ts";

const REASONS = {
  "no-source": "its source cannot be seen (a bound or native function, or one that something else wraps)",
  generator: "it is a generator",
  arrow: "it is an arrow function, which has no this of its own",
};

export function unreadableStep({ steps }: FlowFacts): Finding[] {
  return [...steps.values()].flatMap(({ name, reading }) => {
    if (reading.unreadable === null) return [];
    return finding({
      rule: "unreadable-step",
      step: name,
      message: `Cannot read step ${name} because ${REASONS[reading.unreadable]}`,
      hint: `write it as an ordinary or async method: @step async ${name}() { … }`,
    });
  });
}
