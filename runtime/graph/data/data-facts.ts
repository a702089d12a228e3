import type { AnyClass } from "../../../sdk/base/metadata.ts";
import type { FlowFacts, StepFacts } from "../flow-facts.ts";
import { isWrapped, usesOfStep } from "../step-methods.ts";
import type { DataUse } from "./data-use.ts";
import { type HookFields, fieldsOfHooks } from "./fields-of-hooks.ts";
import { flowMembers, type FlowMembers } from "./flow-members.ts";
import { scanUses } from "./scan/scan-uses.ts";
import { type StepData, stepData } from "./step-data.ts";
import { type FieldTrace, traceField } from "./trace-field.ts";

/** What the rules of the data judge: which step sets, reads, carries what. */
export interface DataFacts {
  readonly flow: FlowFacts;
  readonly members: FlowMembers;
  readonly steps: ReadonlyMap<string, StepData>;
  /** Names that some code of the class sets, in a step or not, or that decorators of one's own may set. */
  readonly written: ReadonlySet<string>;
  /** Of these, the names that such decorators may set. */
  readonly added: ReadonlySet<string>;
  /** True where code may set fields whose names the source does not tell. */
  readonly isOpen: boolean;
  /** Where the values of a field come from at each read. */
  trace(field: string): FieldTrace;
}

/** Scans the code of a sound flow. */
export function dataFacts(Flow: AnyClass, flow: FlowFacts): DataFacts {
  const members = flowMembers(Flow);
  const names = new Set(flow.steps.keys());
  const steps = stepData(flow, members);
  const helpers = [...members.names].filter((name) => !names.has(name)).flatMap((name) => usesOfHelper(name));
  const all = [...[...steps.values()].flatMap(({ uses }) => uses), ...helpers];
  const caught = [...flow.steps.values()].flatMap(({ settings: { catchAs } }) => (catchAs == null ? [] : [catchAs]));
  const hooks = [...flow.steps.values()].flatMap((step) => hooksAround(step, Flow));
  const added = new Set(hooks.flatMap((fields) => [...(fields ?? [])]));
  const traces = new Map<string, FieldTrace>();
  return {
    ...{ flow, members, steps, added },
    written: new Set([...all.flatMap((use) => (use.kind === "write" ? [use.field] : [])), ...caught, ...added]),
    isOpen: members.fields.isOpen || all.some(({ kind }) => kind === "open") || hooks.includes(null),
    trace(field) {
      const known = traces.get(field);
      if (known !== undefined) return known;
      const trace = traceField(field, { steps, isInitialized: members.fields.initialized.has(field) });
      traces.set(field, trace);
      return trace;
    },
  };

  function usesOfHelper(name: string): readonly DataUse[] {
    return (["method", "getter", "setter", "field"] as const).flatMap((kind) => {
      const member = members.member(name, kind);
      return member === undefined ? [] : scanUses(member.body, { members, steps: names, isJoin: false });
    });
  }
}

/** What decorators of one's own may set around a step, one entry for each: fields beside those that steps hand on. */
function hooksAround({ method }: StepFacts, Flow: AnyClass): readonly HookFields[] {
  const ofOwn = usesOfStep(Flow, method).flatMap(({ own }) => (own === undefined ? [] : [fieldsOfHooks(own)]));
  // A function around the step has the flow as its `this`.
  return isWrapped(method) ? [...ofOwn, null] : ofOwn;
}
