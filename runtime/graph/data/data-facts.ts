import type { AnyClass } from "../../../sdk/base/metadata.ts";
import type { FlowFacts, StepFacts } from "../flow-facts.ts";
import { targetsOf } from "../flow-graph.ts";
import type { DataUse, FieldUse, MergeUse, OpenUse } from "./data-use.ts";
import { flowMembers, type FlowMembers } from "./flow-members.ts";
import { scanUses } from "./scan/scan-uses.ts";
import { type FieldTrace, traceField } from "./trace-field.ts";

/** What the rules of the data judge: which step sets, reads, carries what. */
export interface DataFacts {
  readonly flow: FlowFacts;
  readonly members: FlowMembers;
  readonly steps: ReadonlyMap<string, StepData>;
  /** Names that some code of the class sets, in a step or not. */
  readonly written: ReadonlySet<string>;
  /** True where code may set fields whose names the source does not tell. */
  readonly isOpen: boolean;
  /** Where the values of a field come from at each read. */
  trace(field: string): FieldTrace;
}

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

/** Scans the code of a sound flow. */
export function dataFacts(Flow: AnyClass, flow: FlowFacts): DataFacts {
  const members = flowMembers(Flow);
  const names = new Set(flow.steps.keys());
  const steps = new Map<string, StepData>();
  const parents = parentsIn(flow);
  for (const [name, facts] of flow.steps) {
    const { node } = facts.reading;
    const body = node === null ? null : { owner: facts.method.owner.name, name, root: node };
    const options = { members, steps: names, isJoin: facts.isJoin };
    const uses: readonly DataUse[] = body === null ? [{ kind: "open" }] : scanUses(body, options);
    steps.set(name, { ...{ facts, targets: targetsIn(facts), parents: parents.get(name) ?? [] }, ...sorted(uses) });
  }
  const helpers = [...members.names].filter((name) => !names.has(name)).flatMap((name) => usesOfHelper(name));
  const all = [...[...steps.values()].flatMap(({ uses }) => uses), ...helpers];
  const caught = [...flow.steps.values()].flatMap(({ settings: { catchAs } }) => (catchAs == null ? [] : [catchAs]));
  const traces = new Map<string, FieldTrace>();
  const facts: DataFacts = {
    ...{ flow, members, steps },
    written: new Set([...all.flatMap((use) => (use.kind === "write" ? [use.field] : [])), ...caught]),
    isOpen: members.fields.isOpen || all.some(({ kind }) => kind === "open"),
    trace(field) {
      const known = traces.get(field);
      if (known !== undefined) return known;
      const trace = traceField(field, { steps, isInitialized: members.fields.initialized.has(field) });
      traces.set(field, trace);
      return trace;
    },
  };
  return facts;

  function usesOfHelper(name: string): readonly DataUse[] {
    return (["method", "getter", "setter", "field"] as const).flatMap((kind) => {
      const member = members.member(name, kind);
      return member === undefined ? [] : scanUses(member.body, { members, steps: names, isJoin: false });
    });
  }
}

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
