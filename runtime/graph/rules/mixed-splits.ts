import type { FlowFacts } from "../flow-facts.ts";
import { finding, type Finding } from "../finding.ts";
import { isMixed, type Arrival } from "../split-paths.ts";

export function mixedSplits({ steps, paths }: FlowFacts): Finding[] {
  return [...steps.values()].flatMap(({ name, isJoin, isEnd }) => {
    const arrivals = paths.arrivals.get(name) ?? [];
    // What reaches the end out of a split was not joined, and is reported as that.
    if ((isEnd && !isJoin) || !isMixed(arrivals, isJoin)) return [];
    const ways = arrivals.map((arrival) => describe(arrival)).join("; ");
    return finding({
      rule: "mixed-splits",
      step: name,
      message: `Cannot ${isJoin ? "join" : "go on"} in ${name} because paths from different splits meet there: ${ways}`,
      hint: "close the inner split with a join of its own before its path meets the others",
    });
  });
}

function describe({ from, stack }: Arrival): string {
  const inside = stack.map((frame) => frame.split).join(" > ");
  return `${from ?? "the start"} is ${inside === "" ? "outside of every split" : `inside the split of ${inside}`}`;
}
