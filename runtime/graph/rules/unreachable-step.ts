import { hasGap, knownTargets, reachable, type FlowFacts } from "../flow-facts.ts";
import { finding, type Finding } from "../finding.ts";

export function unreachableStep({ steps, starts }: FlowFacts): Finding[] {
  if (starts.length !== 1) return [];
  const reached = reachable(starts, (name) => knownTargets(name, steps));
  // A transition that cannot be read may lead anywhere: its own finding comes first.
  if ([...reached].some((name) => hasGap(name, steps))) return [];
  return (
    [...steps.keys()]
      // An end out of reach is a dead end for those that are reached.
      .filter((name) => !reached.has(name) && steps.get(name)?.isEnd !== true)
      .map((name) =>
        finding({
          rule: "unreachable-step",
          step: name,
          message: `Cannot reach ${name} because no path from ${starts[0]} leads there`,
          hint: `let a step that runs call this.next(this.${name}), or remove ${name}`,
        }),
      )
  );
}
