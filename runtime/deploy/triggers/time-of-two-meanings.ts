import { type CronFields, cronFields } from "../../../sdk/base/cron-fields.ts";
import { brokenInvariant } from "../../../sdk/base/millrace-error.ts";
import type { Timing } from "./next-instants.ts";

/** How far ahead clocks are looked at. */
const YEARS = 3;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * A time of the schedule that a clock shows twice or never, as `02:30 on 2026-10-25`. A schedule here fires once, at the first
 * and as soon as the gap is over; other schedulers have other rules. Null where there is none within the next years, or every
 * hour counts.
 */
export function timeOfTwoMeanings({ cron, timezone }: Timing, from: number): string | null {
  const fields = fieldsOf(cron);
  if (fields.isEveryHour) return null;
  const offsetAt = offsets(timezone);
  const until = from + YEARS * 366 * 24 * HOUR_MS;
  for (let hour = from - (from % HOUR_MS); hour < until; hour += HOUR_MS) {
    const [before, after] = [offsetAt(hour), offsetAt(hour + HOUR_MS)];
    if (before === after) continue;
    // Clocks of the zone change within this hour: what they show from then on is shown twice, or left out.
    const change = changeWithin(hour, { offsetAt, before });
    const [first, last] = before > after ? [change + after, change + before] : [change + before, change + after];
    for (let local = first; local < last; local += MINUTE_MS) if (fits(fields, local)) return textOf(local);
  }
  return null;
}

function fieldsOf(cron: string): CronFields {
  const fields = cronFields(cron);
  if (typeof fields === "string") throw brokenInvariant(`the cron ${cron} of a deployment cannot be read: ${fields}`);
  return fields;
}

/** How far a clock of the zone is ahead of UTC at an instant, in milliseconds. */
function offsets(timeZone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  return (instant) => {
    const text = format.formatToParts(instant).find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
    const [, sign = "+", hours = "0", minutes = "0"] = /GMT([+-])(\d+):(\d+)/.exec(text) ?? [];
    return (sign === "-" ? -1 : 1) * (Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS);
  };
}

function changeWithin(
  hour: number,
  { offsetAt, before }: { readonly offsetAt: (instant: number) => number; readonly before: number },
): number {
  for (let instant = hour; ; instant += MINUTE_MS) if (offsetAt(instant) !== before) return instant;
}

/** @param local - what a clock shows, as if it were UTC */
function fits({ minutes, hours, days, months, weekdays, restricts }: CronFields, local: number): boolean {
  const shown = new Date(local);
  const isDay = days.has(shown.getUTCDate());
  const isWeekday = weekdays.has(shown.getUTCDay());
  const isOfDate = restricts.days && restricts.weekdays ? isDay || isWeekday : isDay && isWeekday;
  const isTime = minutes.has(shown.getUTCMinutes()) && hours.has(shown.getUTCHours());
  return isTime && isOfDate && months.has(shown.getUTCMonth() + 1);
}

function textOf(local: number): string {
  const [date = "", time = ""] = new Date(local).toISOString().split("T");
  return `${time.slice(0, 5)} on ${date}`;
}
