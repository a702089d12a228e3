import type { FlowFacts } from "../flow-facts.ts";
import { finding, type Finding } from "../finding.ts";
import { isMixed } from "../split-paths.ts";
import { listOf } from "../../text/list-of.ts";

export function meetWithoutInputs({ flow, steps, paths }: FlowFacts): Finding[] {
  return [...steps.values()].flatMap(({ name, isJoin, isEnd }) => {
    const arrivals = paths.arrivals.get(name) ?? [];
    // At the end the same mistake is an unjoined split.
    if (isJoin || isEnd || arrivals.length < 2 || isMixed(arrivals, isJoin)) return [];
    const ways = arrivals.map(({ from }) => from ?? name);
    return finding({
      rule: "meet-without-inputs",
      step: name,
      message: `Cannot go on in ${name} because paths of a split meet there and it takes no inputs: ${listOf(ways)}`,
      hint: `make it a join: ${name}(inputs: Inputs<${flow}>) { … }`,
    });
  });
}
