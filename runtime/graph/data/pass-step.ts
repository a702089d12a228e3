import type { FieldUse, MergeUse } from "./data-use.ts";
import type { StepData } from "./data-facts.ts";

/** Where a field's value may come from at some point of the flow. */
export type Fate =
  | { readonly kind: "set"; readonly step: string }
  /** The step's errors are caught, and it may fail before it sets the field. */
  | { readonly kind: "risky"; readonly step: string }
  /** A join has not carried what the step set. */
  | { readonly kind: "lost"; readonly step: string; readonly join: string };

/** By a text that tells fates apart; empty where nothing has set the field, or nobody can tell. */
export type FateSet = ReadonlyMap<string, Fate>;

/** What arrives at a step, by the step that it comes from. */
export type Arms = ReadonlyMap<string, FateSet>;

/** One read of a field, and where its value may come from; `null` where the step itself gave it one. */
export interface Sight {
  readonly use: FieldUse;
  readonly fates: FateSet | null;
}

export interface Passing {
  readonly field: string;
  readonly arms: Arms;
  readonly isInitialized: boolean;
}

const NOTHING: FateSet = new Map();

/** A field's way through one step: what its reads see, and what the step leaves. */
export function passStep(step: StepData, passing: Passing): { exit: FateSet; sights: readonly Sight[] } {
  const { field, arms, isInitialized } = passing;
  const { name, isJoin, settings } = step.facts;
  const given = union(arms.values());
  const own = step.byField.get(field) ?? [];
  const carriers = step.uses.filter((use) => use.kind === "open" || (use.kind === "merge" && carries(use, field)));
  const isTouched = carriers.length > 0 || own.some(({ kind }) => kind !== "read");
  let current: FateSet | null = isJoin ? lostAt(name, given) : given;
  let left: FateSet = current;
  const sights: Sight[] = [];
  if (own.length > 0 || carriers.length > 0) {
    for (const use of step.uses) {
      if (use.kind === "open") [current, left] = [null, NOTHING];
      else if (use.kind === "merge") {
        if (current !== null && carries(use, field))
          left = current = use.isOpen || use.isConditional ? NOTHING : carried(given);
      } else if (use.field !== field) continue;
      else if (use.kind === "read") sights.push({ use, fates: fatesOf(use) });
      else {
        left = use.kind === "delete" ? NOTHING : afterWrite(use);
        current = null;
      }
    }
  }
  if (settings.catchAs === field) left = setBy(name);
  return { exit: left, sights };

  function fatesOf(use: FieldUse): FateSet | null {
    if (use.from.of === "input") return use.from.step === null ? given : (arms.get(use.from.step) ?? null);
    return use.isDeferred && isTouched ? null : current;
  }

  function afterWrite(use: FieldUse): FateSet {
    // Several writes: the first that cannot fail to happen settles it.
    const isSettled = current === null && [...left.values()].some((fate) => fate.kind === "set" && fate.step === name);
    const hasValue =
      isInitialized || isSettled || [...(current ?? NOTHING).values()].some(({ kind }) => kind !== "lost");
    const isRisky = settings.catchAs !== undefined && !use.isSafe && !hasValue;
    return isRisky ? new Map([[`risky ${name}`, { kind: "risky", step: name }]]) : setBy(name);
  }
}

function setBy(step: string): FateSet {
  return new Map([[`set ${step}`, { kind: "set", step }]]);
}

/** True where a merge may carry the field. */
export function carries({ include, exclude, isOpen }: MergeUse, field: string): boolean {
  if (isOpen) return true;
  if (include !== null) return include.some((named) => named.field === field);
  return exclude?.some((named) => named.field === field) !== true;
}

/** A merge takes a value from whichever input has one. */
function carried(given: FateSet): FateSet {
  const live = [...given].filter(([, { kind }]) => kind !== "lost");
  return live.length > 0 ? new Map(live) : given;
}

function lostAt(join: string, given: FateSet): FateSet {
  const lost = new Map<string, Fate>();
  for (const [key, fate] of given) {
    if (fate.kind === "lost") lost.set(key, fate);
    else lost.set(`lost ${fate.step} ${join}`, { kind: "lost", step: fate.step, join });
  }
  return lost;
}

export function union(sets: Iterable<FateSet>): FateSet {
  const all = [...sets];
  const [only] = all;
  if (all.length === 1 && only !== undefined) return only;
  return new Map(all.flatMap((set) => [...set]));
}
