import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import type { ScheduleRule } from "../../../sdk/base/triggers.ts";
import type { DeploymentMove } from "../../datastore/kinds/deployment-move.ts";
import type { ScheduledRule } from "./due-instants.ts";

/** Since when a deployment has been on, of moves of which the last one left it so. */
export function onSince(moves: readonly OnMove[]): number {
  return stretchOn(moves)[0]?.time ?? 0;
}

export interface ScheduledRulesOptions {
  /** Of the current version. */
  readonly rules: readonly ScheduleRule[];
  /** What came before does not matter. */
  readonly from: number;
  /** Schedules of a version. */
  rulesOf(version: number): readonly ScheduleRule[];
}

/**
 * Since when it has been on with each of its schedules: one of the same times stays the same, whatever else is added or goes.
 * Reads versions only as far back as one of them is the same.
 */
export function scheduledRules(
  moves: readonly OnMove[],
  { rules, from, rulesOf }: ScheduledRulesOptions,
): ScheduledRule[] {
  const stretch = stretchOn(moves);
  const last = stretch.at(-1)?.time ?? 0;
  const since = new Map<string, number>();
  const open = new Set(rules.map(timesOf));
  for (const { version, time } of stretch.toReversed()) {
    const there = timesAt(version, rulesOf);
    for (const times of open)
      if (there.has(times)) since.set(times, time);
      else open.delete(times);
    if (open.size === 0 || time <= from) break;
  }
  return rules.map((rule) => ({ rule, since: since.get(timesOf(rule)) ?? last }));
}

type OnMove = Pick<DeploymentMove, "isPaused" | "action" | "time" | "version">;

/** The moves since which nothing has turned it off. */
function stretchOn(moves: readonly OnMove[]): readonly OnMove[] {
  const off = moves.findLastIndex(({ isPaused, action }) => isPaused || action === "remove");
  return moves.slice(off + 1);
}

function timesAt(version: number | null, rulesOf: ScheduledRulesOptions["rulesOf"]): ReadonlySet<string> {
  try {
    return new Set(version === null ? [] : rulesOf(version).map(timesOf));
  } catch (error) {
    // A damaged version of the past keeps nothing from running; a storage that does not answer is asked again.
    if (isMillraceError(error)) return new Set();
    throw error;
  }
}

/** What makes it another schedule; what becomes of missed instants, or of those that overlap, does not. */
function timesOf({ cron, timezone }: ScheduleRule): string {
  return `${cron} ${timezone}`;
}
