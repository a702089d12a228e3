import { targetsOf } from "../flow-graph.ts";
import type { FlowFacts } from "../flow-facts.ts";
import type { StepData } from "./data-facts.ts";
import { type Arms, type FateSet, passStep, type Sight, union } from "./pass-step.ts";

/** A field's values on their way through the flow. */
export interface FieldTrace {
  /** For each step its reads, with where their values come from. */
  readonly sights: ReadonlyMap<string, readonly Sight[]>;
  /** For each join what arrives from each step before it. */
  readonly arms: ReadonlyMap<string, Arms>;
}

export interface TraceOptions {
  readonly flow: FlowFacts;
  readonly steps: ReadonlyMap<string, StepData>;
  readonly isInitialized: boolean;
}

/** A step is passed again when other values reach it: in a sound flow a few times for each loop around it. */
const MAX_PASSES = 50;

/** Follows a field along every path; `null` where that comes to no end. */
export function traceField(field: string, { flow, steps, isInitialized }: TraceOptions): FieldTrace | null {
  const [start] = flow.starts;
  if (start === undefined) return null;
  const arriving = new Map<string, Map<string, FateSet>>([[start, new Map()]]);
  const passes = new Map<string, number>();
  const sights = new Map<string, readonly Sight[]>();
  const pending = new Set([start]);
  for (const name of pending) {
    pending.delete(name);
    const step = steps.get(name);
    const arms = arriving.get(name);
    if (step === undefined || arms === undefined) continue;
    const count = (passes.get(name) ?? 0) + 1;
    if (count > MAX_PASSES) return null;
    passes.set(name, count);
    const { exit, sights: seen } = passStep(step, { field, arms, isInitialized });
    sights.set(name, seen);
    const { transition } = step.facts;
    for (const target of transition === null ? [] : targetsOf(transition)) {
      const into = arriving.get(target) ?? new Map<string, FateSet>();
      arriving.set(target, into);
      const before = into.get(name);
      if (before !== undefined && isSame(before, exit)) continue;
      into.set(name, exit);
      pending.add(target);
    }
  }
  const joins = [...arriving].filter(([name]) => steps.get(name)?.facts.isJoin === true);
  return { sights, arms: new Map(joins) };
}

function isSame(a: FateSet, b: FateSet): boolean {
  return a.size === b.size && union([a, b]).size === a.size;
}
