import { targetsOf } from "../flow-graph.ts";
import type { FlowFacts, StepFacts } from "../flow-facts.ts";
import type { DataUse, FieldUse, MergeUse, OpenUse } from "./data-use.ts";
import type { FlowMembers } from "./flow-members.ts";
import { scanUses } from "./scan/scan-uses.ts";

/** What one step does with the flow's data. */
export interface StepData {
  readonly facts: StepFacts;
  /** Steps that lead here. */
  readonly parents: readonly string[];
  readonly targets: readonly string[];
  readonly uses: readonly DataUse[];
  /** Reads, writes and deletions by field, in order; each with its place among `uses`. */
  readonly byField: ReadonlyMap<string, readonly FieldUse[]>;
  readonly merges: readonly MergeUse[];
  /** What may carry fields through a join, or set any. */
  readonly carriers: readonly (MergeUse | OpenUse)[];
  /** True where the source does not tell which fields the step sets. */
  readonly isOpen: boolean;
}

/** What each step does, in the order of declaration. */
export function stepData(flow: FlowFacts, members: FlowMembers): ReadonlyMap<string, StepData> {
  const steps = new Set(flow.steps.keys());
  const parents = parentsIn(flow);
  const all = [...flow.steps].map(([name, facts]): [string, StepData] => {
    const { node } = facts.reading;
    const body = node === null ? null : { owner: facts.method.owner.name, name, root: node };
    const options = { members, steps, isJoin: facts.isJoin };
    const uses = body === null ? [OPEN] : scanUses(body, options);
    return [name, { facts, targets: targetsIn(facts), parents: parents.get(name) ?? [], ...sorted(uses) }];
  });
  return new Map(all);
}

const OPEN: OpenUse = { kind: "open" };

function parentsIn({ steps }: FlowFacts): ReadonlyMap<string, readonly string[]> {
  const parents = new Map<string, string[]>();
  for (const step of steps.values())
    for (const target of targetsIn(step)) {
      const known = parents.get(target);
      if (known === undefined) parents.set(target, [step.name]);
      else known.push(step.name);
    }
  return parents;
}

function targetsIn({ transition }: StepFacts): readonly string[] {
  return transition === null ? [] : targetsOf(transition);
}

function sorted(uses: readonly DataUse[]): Pick<StepData, "uses" | "byField" | "merges" | "carriers" | "isOpen"> {
  const byField = new Map<string, FieldUse[]>();
  for (const use of uses) {
    if (use.kind === "merge" || use.kind === "open") continue;
    const known = byField.get(use.field);
    if (known === undefined) byField.set(use.field, [use]);
    else known.push(use);
  }
  const carriers = uses.filter((use) => use.kind === "merge" || use.kind === "open");
  const merges = carriers.filter((use) => use.kind === "merge");
  return { uses, byField, carriers, merges, isOpen: merges.length < carriers.length };
}
