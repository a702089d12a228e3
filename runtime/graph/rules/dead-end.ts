import { hasGap, knownTargets, reachable, type FlowFacts } from "../flow-facts.ts";
import { finding, type Finding } from "../finding.ts";
import { cyclesWithoutSwitch } from "./cycle-without-switch.ts";
import { listOf } from "../../text/list-of.ts";

export function deadEnd(facts: FlowFacts): Finding[] {
  const { steps, ends } = facts;
  if (ends.length !== 1) return [];
  const parents = new Map<string, string[]>();
  for (const step of steps.values()) {
    for (const target of knownTargets(step.name, steps))
      parents.set(target, [...(parents.get(target) ?? []), step.name]);
  }
  const goals = [...steps.values()].filter((step) => step.isEnd || hasGap(step.name, steps)).map((step) => step.name);
  const alive = reachable(goals, (name) => parents.get(name) ?? []);
  const dead = [...steps.keys()].filter((name) => !alive.has(name));
  // A cycle without a switch is reported as such, and all that leads into it is a consequence.
  const cyclic = new Set(cyclesWithoutSwitch(facts).flat());
  const [first] = dead;
  if (first === undefined || dead.some((name) => cyclic.has(name))) return [];
  const decider = dead.find((name) => steps.get(name)?.transition?.kind === "switch");
  return [
    finding({
      rule: "dead-end",
      step: decider ?? first,
      message: `Cannot get to ${ends[0]} from ${listOf(dead)} because every path from there leads back`,
      hint: `give the switch of ${decider ?? "the loop"} a case that leads towards ${ends[0]}`,
    }),
  ];
}
