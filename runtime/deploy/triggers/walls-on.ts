import type { CronFields } from "../../../sdk/base/cron-fields.ts";
import type { WallTime } from "./zone-clock.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What a clock shows on a day of the calendar whenever a schedule fires; empty for a day on which it does not. */
export function wallsOn(fields: CronFields, day: WallTime): WallTime[] {
  if (!fits(fields, day)) return [];
  const { hours, minutes } = fields;
  return [...hours].flatMap((hour) => [...minutes].map((minute) => day + hour * HOUR_MS + minute * MINUTE_MS));
}

function fits({ days, months, weekdays, restricts }: CronFields, day: WallTime): boolean {
  const date = new Date(day);
  if (!months.has(date.getUTCMonth() + 1)) return false;
  const isDay = days.has(date.getUTCDate());
  const isWeekday = weekdays.has(date.getUTCDay());
  return restricts.days && restricts.weekdays ? isDay || isWeekday : isDay && isWeekday;
}
