import { knownTargets, type FlowFacts } from "../flow-facts.ts";
import { finding, type Finding } from "../finding.ts";

export function cycleWithoutSwitch(facts: FlowFacts): Finding[] {
  return cyclesWithoutSwitch(facts).flatMap((cycle) => {
    const [first, last] = [cycle[0], cycle.at(-1)];
    if (first === undefined || last === undefined) return [];
    return finding({
      rule: "cycle-without-switch",
      step: last,
      at: { kind: "next", index: 0 },
      message: `Cannot leave the cycle ${[...cycle, first].join(" -> ")} because no step in it decides when to stop`,
      hint: `let ${last} decide: this.next({ again: this.${first}, done: this.nextStep }, { condition: "state" })`,
    });
  });
}

/** Cycles left when every switch is taken out of the graph; each step is named in one at most. */
export function cyclesWithoutSwitch({ steps }: FlowFacts): readonly (readonly string[])[] {
  const cycles: string[][] = [];
  const finished = new Set<string>();
  for (const root of steps.keys()) {
    const trail: string[] = [];
    const pending: { name: string; depth: number }[] = [{ name: root, depth: 0 }];
    for (let top = pending.pop(); top !== undefined; top = pending.pop()) {
      for (const left of trail.splice(top.depth)) finished.add(left);
      const back = trail.indexOf(top.name);
      if (back >= 0) cycles.push(trail.slice(back));
      if (back >= 0 || finished.has(top.name)) continue;
      trail.push(top.name);
      if (steps.get(top.name)?.transition?.kind === "switch") continue;
      for (const target of knownTargets(top.name, steps)) pending.push({ name: target, depth: trail.length });
    }
    for (const left of trail) finished.add(left);
  }
  return cycles;
}
