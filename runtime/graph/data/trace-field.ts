import { reachable } from "../flow-facts.ts";
import type { StepData } from "./step-data.ts";
import { type Arms, type FateSet, union, UNSET } from "./fate.ts";
import { passStep, type Sight } from "./pass-step.ts";

/** A field's values on their way through the flow. */
export interface FieldTrace {
  /** For each step its reads, with where their values come from. */
  readonly sights: ReadonlyMap<string, readonly Sight[]>;
  /** For each join what arrives from each step before it. */
  readonly arms: ReadonlyMap<string, Arms>;
}

export interface TraceOptions {
  readonly steps: ReadonlyMap<string, StepData>;
  readonly isInitialized: boolean;
}

/** Follows a field along every path; what arrives at a step only grows, so that loops come to an end. */
export function traceField(field: string, { steps, isInitialized }: TraceOptions): FieldTrace {
  const region = regionOf(field, steps);
  const arriving = new Map([...region].map((name) => [name, armsFromOutside(name)]));
  const sights = new Map<string, readonly Sight[]>();
  const pending = new Set(region);
  for (const name of pending) {
    pending.delete(name);
    const step = steps.get(name);
    const arms = arriving.get(name);
    if (step === undefined || arms === undefined || arms.size < waitedFor(step)) continue;
    const { exit, sights: seen } = passStep(step, { field, arms, isInitialized });
    sights.set(name, seen);
    for (const target of step.targets) {
      const into = arriving.get(target);
      const before = into?.get(name);
      const after = before === undefined ? exit : union([before, exit]);
      if (into === undefined || before?.size === after.size) continue;
      into.set(name, after);
      pending.add(target);
    }
  }
  return { sights, arms: new Map(arriving) };

  /** Outside the region nothing has set the field yet. */
  function armsFromOutside(name: string): Map<string, FateSet> {
    const parents = steps.get(name)?.parents ?? [];
    const outside = parents.filter((parent) => !region.has(parent));
    return new Map((parents.length === 0 ? [""] : outside).map((parent) => [parent, UNSET]));
  }
}

/** What a join carries depends on all paths of its split: it is passed once each of them has arrived. */
function waitedFor({ facts, parents }: StepData): number {
  return facts.isJoin ? parents.length : 1;
}

/** The steps between those that may set the field and those that look at it: elsewhere there is nothing to follow. */
function regionOf(field: string, steps: ReadonlyMap<string, StepData>): ReadonlySet<string> {
  const writers: string[] = [];
  const readers: string[] = [];
  for (const [name, { facts, byField, isOpen, merges }] of steps) {
    const uses = byField.get(field);
    if (isOpen || facts.settings.catchAs === field || uses?.some(({ kind }) => kind === "write") === true)
      writers.push(name);
    if (uses !== undefined || merges.some(({ include }) => include?.some((named) => named.field === field) === true))
      readers.push(name);
  }
  const before = reachable(readers, (name) => steps.get(name)?.parents ?? []);
  const started = writers.filter((name) => before.has(name));
  return reachable(started, (name) => (steps.get(name)?.targets ?? []).filter((target) => before.has(target)));
}
