import type { FieldUse, MergeUse } from "./data-use.ts";
import type { StepData } from "./step-data.ts";
import { type Arms, carriedFrom, type Fate, type FateSet, fates, isLive, lostIn, OPEN, union, UNSET } from "./fate.ts";

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

/** A field's way through one step: what its reads see, and what the step leaves. */
export function passStep(step: StepData, passing: Passing): { exit: FateSet; sights: readonly Sight[] } {
  const { field, arms, isInitialized } = passing;
  const { name, isJoin, settings } = step.facts;
  const given = union(arms.values());
  const own = step.byField.get(field) ?? [];
  const isCarried = step.carriers.some((use) => use.kind === "open" || carries(use, field));
  let current: FateSet | null = isJoin ? lostIn(name, arms) : given;
  let left: FateSet = current;
  const sights: Sight[] = [];
  const isTouched = isCarried || own.some(({ kind }) => kind !== "read");
  for (const use of isCarried || own.length > 0 ? step.uses : []) {
    if (use.kind === "open") [current, left] = [null, OPEN];
    else if (use.kind === "merge") {
      if (current !== null && carries(use, field))
        left = current = use.isOpen || use.isConditional ? OPEN : carriedFrom(arms);
    } else if (use.field !== field) continue;
    else if (use.kind === "read") sights.push({ use, fates: fatesOf(use) });
    else {
      left = use.kind === "delete" ? UNSET : afterWrite(use);
      current = null;
    }
  }
  if (settings.catchAs === field) left = fates({ kind: "set", step: name });
  return { exit: left, sights };

  function fatesOf(use: FieldUse): FateSet | null {
    if (use.from.of === "input") return use.from.step === null ? given : (arms.get(use.from.step) ?? null);
    return use.isDeferred && isTouched ? null : current;
  }

  function afterWrite(use: FieldUse): FateSet {
    // What the step itself may not get to set is no value to fall back on.
    const isOwnRisk = (fate: Fate) => fate.kind === "risky" && fate.step === name;
    const hasValue = isInitialized || [...left.values()].some((fate) => isLive(fate) && !isOwnRisk(fate));
    const isRisky = settings.catchAs !== undefined && !use.isSafe && !hasValue;
    return fates({ kind: isRisky ? "risky" : "set", step: name });
  }
}

/** True where a merge may carry the field. */
export function carries({ include, exclude, isOpen }: MergeUse, field: string): boolean {
  if (isOpen) return true;
  if (include !== null) return include.some((named) => named.field === field);
  return exclude?.some((named) => named.field === field) !== true;
}
