import { smallest } from "../../../sdk/base/largest.ts";
import { cronFields } from "../../../sdk/base/cron-fields.ts";
import { brokenInvariant } from "../../../sdk/base/millrace-error.ts";
import type { Timing } from "./next-instants.ts";
import { wallsOn } from "./walls-on.ts";
import { type WallTime, ZoneClock } from "./zone-clock.ts";

/** How far ahead clocks are looked at. */
const DAYS = 3 * 366;
const DAY_MS = 24 * 3_600_000;

/**
 * A time of the schedule that a clock shows twice or never, as `02:30 on 2026-10-25`. A schedule here fires once, at the first
 * and as soon as the gap is over; other schedulers have other rules. Null where there is none within the next years, or every
 * hour counts.
 */
export function timeOfTwoMeanings({ cron, timezone }: Timing, from: number): string | null {
  const fields = cronFields(cron);
  if (typeof fields === "string") throw brokenInvariant(`the cron ${cron} of a deployment cannot be read: ${fields}`);
  if (fields.isEveryHour) return null;
  const clock = new ZoneClock(timezone);
  const first = Math.floor(clock.wallAt(from) / DAY_MS) * DAY_MS;
  for (let day = first; day < first + DAYS * DAY_MS; day += DAY_MS) {
    if (clock.isSteady(day, day + DAY_MS)) continue;
    const walls = wallsOn(fields, day).filter((wall) => isOfTwoMeanings(wall, { clock, from }));
    if (walls.length > 0) return textOf(smallest(walls));
  }
  return null;
}

/** False for one that has passed for good. */
function isOfTwoMeanings(
  wall: WallTime,
  { clock, from }: { readonly clock: ZoneClock; readonly from: number },
): boolean {
  const instants = clock.instantsOf(wall);
  return instants.length !== 1 && (instants.at(-1) ?? clock.jumpOver(wall)) >= from;
}

function textOf(wall: WallTime): string {
  const [date = "", time = ""] = new Date(wall).toISOString().split("T");
  return `${time.slice(0, 5)} on ${date}`;
}
