import { appendAll } from "../../../sdk/base/append-all.ts";
import { type CronFields, cronFields } from "../../../sdk/base/cron-fields.ts";
import { brokenInvariant } from "../../../sdk/base/millrace-error.ts";
import type { ScheduleRule } from "../../../sdk/base/triggers.ts";
import { wallsOn } from "./walls-on.ts";
import { type WallTime, ZoneClock } from "./zone-clock.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** No place is further east. */
const EAST_MS = 14 * HOUR_MS;
/** From 29 February 2096 to that of 2104 it is eight years. */
const LONGEST_WAIT_DAYS = 9 * 366;

/** What decides when a schedule fires. */
export type Timing = Pick<ScheduleRule, "cron" | "timezone">;

/** The next times at which a schedule fires, in milliseconds since 1970; the first one is later than `after`. */
export function nextInstants(rule: Timing, after: number, count: number): number[] {
  const found: number[] = [];
  if (count < 1) return found;
  for (const instant of instantsAfter(rule, after)) {
    found.push(instant);
    if (found.length >= count) break;
  }
  return found;
}

/** The times from the one instant on and before the other. */
export function instantsBetween(rule: Timing, from: number, to: number): number[] {
  const found: number[] = [];
  for (const instant of instantsAfter(rule, from - 1)) {
    if (instant >= to) break;
    found.push(instant);
  }
  return found;
}

/**
 * In order, each once. A wall time that comes twice counts at the first, one that a jump leaves out at the first moment after
 * it. With every hour allowed, real time counts: each minute at which the wall clock shows a fitting one.
 */
function* instantsAfter({ cron, timezone }: Timing, after: number): Generator<number> {
  const fields = cronFields(cron);
  if (typeof fields === "string") throw brokenInvariant(`a schedule is ${JSON.stringify(cron)}: ${fields}`);
  const clock = new ZoneClock(timezone);
  // A day that is skipped counts at the beginning of the next one.
  let day = Math.floor(clock.wallAt(after) / DAY_MS) * DAY_MS - DAY_MS;
  let last = after;
  let found: number[] = [];
  for (let waited = 0; waited < LONGEST_WAIT_DAYS; waited += 1, day += DAY_MS) {
    appendAll(found, instantsOn(day, { fields, clock }));
    // What later days bring is not before this.
    const until = day + DAY_MS - EAST_MS;
    const [done, open] = split(found, until);
    for (const instant of done) {
      if (instant <= last) continue;
      yield instant;
      last = instant;
      waited = 0;
    }
    found = open;
  }
}

function instantsOn(day: WallTime, { fields, clock }: { fields: CronFields; clock: ZoneClock }): number[] {
  const walls = wallsOn(fields, day);
  if (walls.length === 0) return [];
  if (clock.isSteady(day, day + DAY_MS)) {
    const [midnight = day] = clock.instantsOf(day);
    return walls.map((wall) => wall - day + midnight);
  }
  return walls.flatMap((wall) => {
    const instants = clock.instantsOf(wall);
    if (fields.isEveryHour) return instants;
    return [instants[0] ?? clock.jumpOver(wall)];
  });
}

function split(instants: readonly number[], until: number): [done: number[], open: number[]] {
  const done = instants.filter((instant) => instant < until).sort((a, b) => a - b);
  return [done, instants.filter((instant) => instant >= until)];
}
