import { type CronFields, cronFields } from "../../../sdk/base/cron-fields.ts";
import type { ScheduleRule } from "../../../sdk/base/triggers.ts";
import { instantsBetween } from "../triggers/next-instants.ts";
import { ZoneClock } from "../triggers/zone-clock.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** So far ahead jumps of the clock are looked at. */
const YEARS_AHEAD = 5;
const LONGEST_EXPRESSION = 256;

/** A schedule as EventBridge Scheduler knows it. */
export interface ScheduleExpression {
  /** `cron(…)`, of six fields. */
  readonly expression: string;
  readonly timezone: string;
}

/**
 * A cron expression of five fields as those of EventBridge Scheduler that together fire at the same instants: two where a
 * day may fit by its number or by its weekday.
 *
 * @returns why there are none, to be read behind the schedule
 */
export function scheduleExpressions(rule: ScheduleRule, now: number): readonly ScheduleExpression[] | string {
  const fields = cronFields(rule.cron);
  if (typeof fields === "string") return fields;
  const { restricts, isEveryHour } = fields;
  const isDaily = !restricts.days && !restricts.weekdays && fields.months.size === 12;
  const clock = new ZoneClock(rule.timezone);
  // At each real hour, whatever a clock shows: in UTC no hour is left out, and none comes twice.
  const isOfHours = isDaily && isEveryHour && isOffByHours(clock, now);
  if (!isOfHours) {
    const odd = oddInstant(rule, { fields, clock, now });
    if (odd !== null)
      return `at ${new Date(odd).toISOString()} the clock of ${rule.timezone} jumps, and EventBridge Scheduler then fires at other times: choose another hour, or the time zone UTC`;
  }
  const timezone = isOfHours ? "UTC" : rule.timezone;
  const expressions = daysOf(fields).map((days) => expressionOf(fields, days));
  const long = expressions.find(({ length }) => length > LONGEST_EXPRESSION);
  if (long !== undefined) return `as AWS writes it, it has ${long.length} characters; at most ${LONGEST_EXPRESSION}`;
  return expressions.map((expression) => ({ expression, timezone }));
}

function expressionOf({ minutes, hours, months }: CronFields, [days, weekdays]: readonly [string, string]): string {
  const fields = [listed(minutes, 60), listed(hours, 24), days, listed(months, 12), weekdays, "*"];
  return `cron(${fields.join(" ")})`;
}

/** AWS wants one of both left open. */
function daysOf({ days, weekdays, restricts }: CronFields): readonly (readonly [string, string])[] {
  // From 1, which is Sunday.
  const byWeekday = ["?", listed(new Set([...weekdays].map((day) => day + 1)), 7)] as const;
  if (!restricts.weekdays) return [[listed(days, 31), "?"]];
  return restricts.days ? [[listed(days, 31), "?"], byWeekday] : [byWeekday];
}

/** Ranges, as short as they can be. */
function listed(numbers: ReadonlySet<number>, all: number): string {
  if (numbers.size === all) return "*";
  const sorted = [...numbers].sort((one, other) => one - other);
  const ranges: [first: number, last: number][] = [];
  for (const number of sorted) {
    const range = ranges.at(-1);
    if (range !== undefined && range[1] === number - 1) range[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(",");
}

function isOffByHours(clock: ZoneClock, now: number): boolean {
  const hour = Math.floor(now / HOUR_MS) * HOUR_MS;
  return monthsFrom(hour).every((instant) => (clock.wallAt(instant) - instant) % HOUR_MS === 0);
}

function monthsFrom(instant: number): number[] {
  return Array.from({ length: YEARS_AHEAD * 12 }, (_, at) => instant + at * 30 * DAY_MS);
}

/**
 * The first instant of ours that AWS does not fire at: where the clock leaves out the time, AWS passes it over; where a
 * time comes twice, AWS takes the first alone.
 */
function oddInstant(
  rule: ScheduleRule,
  { fields, clock, now }: { fields: CronFields; clock: ZoneClock; now: number },
): number | null {
  const from = Math.floor(now / DAY_MS) * DAY_MS;
  for (let day = from; day < from + YEARS_AHEAD * 366 * DAY_MS; day += DAY_MS) {
    if (clock.isSteady(day, day + DAY_MS)) continue;
    const odd = instantsBetween(rule, day, day + DAY_MS).find((instant) => {
      const wall = clock.wallAt(instant);
      const time = new Date(wall);
      const isShown = fields.hours.has(time.getUTCHours()) && fields.minutes.has(time.getUTCMinutes());
      return !isShown || clock.instantsOf(wall)[0] !== instant;
    });
    if (odd !== undefined) return odd;
  }
  return null;
}
