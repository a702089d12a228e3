import type { FlowFacts } from "../flow-facts.ts";
import { finding, type Finding } from "../finding.ts";

export function joinAfterNothing({ steps, paths }: FlowFacts): Finding[] {
  return [...steps.values()].flatMap(({ name, isJoin }) => {
    const arrivals = paths.arrivals.get(name) ?? [];
    if (!isJoin || arrivals.length === 0 || arrivals.some(({ stack }) => stack.length > 0)) return [];
    return finding({
      rule: "join-after-nothing",
      step: name,
      message: `Cannot join in ${name} because no split is open there: it takes an argument, as joins do`,
      hint: `remove the argument and read artifacts as this.name, or split in an earlier step: this.next(this.a, this.b)`,
    });
  });
}
