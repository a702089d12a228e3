import { smallest } from "../../../sdk/base/largest.ts";
import type { ScheduleRule } from "../../../sdk/base/triggers.ts";
import { instantsBetween, nextInstants } from "../triggers/next-instants.ts";

/** A schedule of a deployment. */
export interface ScheduledRule {
  readonly rule: ScheduleRule;
  /** Since when the deployment has had it: its instants before are not for it. */
  readonly since: number;
}

/** An instant that is to be decided on. */
export interface DueInstant {
  readonly instant: number;
  readonly overlap: ScheduleRule["overlap"];
  /** It was missed, and is caught up with. */
  readonly isLate: boolean;
}

export interface DueInstants {
  readonly due: readonly DueInstant[];
  /** All up to here are among them, or are passed over. */
  readonly until: number;
}

/** What comes later than this was missed. */
const ON_TIME_MS = 60_000;
/** This many are given at once. */
const MAX_AT_ONCE = 50;
const HOUR_MS = 3_600_000;

/** The instants after `from` that have come, as the rules say which of the missed ones count; each once, in order. */
export function dueInstants(
  rules: readonly ScheduledRule[],
  { from, now }: { from: number; now: number },
): DueInstants {
  const found = new Map<number, DueInstant>();
  let until = now;
  for (const { rule, since } of rules) {
    const { due, rest } = dueOf(rule, { from: Math.max(from, since), now });
    if (rest !== null) until = Math.min(until, rest);
    for (const instant of due) {
      const before = found.get(instant);
      const isLate = now - instant > ON_TIME_MS;
      // Of two rules that fire at once, the one that lets more through counts.
      const overlap =
        before === undefined || RANKS[rule.overlap] > RANKS[before.overlap] ? rule.overlap : before.overlap;
      found.set(instant, { instant, overlap, isLate });
    }
  }
  const due = [...found.values()].filter(({ instant }) => instant <= until).sort((a, b) => a.instant - b.instant);
  return { due, until };
}

/** The next instant of any of the rules; null where there is none. */
export function nextDue(rules: readonly ScheduledRule[], after: number): number | null {
  const next = rules.flatMap(({ rule, since }) => nextInstants(rule, Math.max(after, since), 1));
  return next.length === 0 ? null : smallest(next);
}

const RANKS: Readonly<Record<ScheduleRule["overlap"], number>> = { skip: 0, queue: 1, allow: 2 };

/** @returns `rest`: where it stopped before now, as there are too many at once */
function dueOf(
  rule: ScheduleRule,
  { from, now }: { from: number; now: number },
): { readonly due: readonly number[]; readonly rest: number | null } {
  const lateUntil = now - ON_TIME_MS;
  switch (rule.catchUp) {
    case "all": {
      const next = nextInstants(rule, from, MAX_AT_ONCE + 1).filter((instant) => instant <= now);
      const due = next.slice(0, MAX_AT_ONCE);
      return { due, rest: next.length > due.length ? (due.at(-1) ?? null) : null };
    }
    case "none":
      return { due: between(rule, Math.max(from, lateUntil), now), rest: null };
    case "last": {
      if (from >= lateUntil) return { due: between(rule, from, now), rest: null };
      const recent = between(rule, lateUntil, now);
      const last = lastBetween(rule, from, now);
      if (last === null) return { due: [], rest: null };
      // Where none was missed, each of the others is on time.
      const wasMissed = lastBetween(rule, from, lateUntil) !== null;
      return { due: wasMissed ? [last] : recent, rest: null };
    }
  }
}

/** The first one excluded. */
function between(rule: ScheduleRule, from: number, to: number): number[] {
  return from >= to ? [] : instantsBetween(rule, from + 1, to + 1);
}

/** Looks at longer and longer times before the end: a gap can be long, and a schedule dense. */
function lastBetween(rule: ScheduleRule, from: number, to: number): number | null {
  for (let span = HOUR_MS; ; span *= 8) {
    const begin = Math.max(from, to - span);
    const last = between(rule, begin, to).at(-1);
    if (last !== undefined) return last;
    if (begin === from) return null;
  }
}
