import type { FlowFacts } from "../flow-facts.ts";
import { finding, type Finding } from "../finding.ts";
import { listOf } from "../../text/list-of.ts";

export function severalStartsOrEnds({ flow, starts, ends }: FlowFacts): Finding[] {
  return [
    { which: "start", names: starts },
    { which: "end", names: ends },
  ].flatMap(({ which, names }) => {
    const [first, second] = names;
    if (first === undefined || second === undefined) return [];
    return finding({
      rule: `several-${which}s`,
      step: second,
      message: `Cannot run ${flow} because several steps are marked as its ${which}: ${listOf(names)}`,
      hint: `keep { ${which}: true } on one of them`,
    });
  });
}
