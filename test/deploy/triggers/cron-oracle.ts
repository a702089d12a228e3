/**
 * When a schedule fires, found by looking at the wall clock at every minute of real time: slow, and without a thought. Its
 * reading of cron is its own: nothing of the code under test is used.
 */
export interface OracleRule {
  /** Numbers that fit, each as its field has them; null for `*`. */
  readonly minute: readonly number[] | null;
  readonly hour: readonly number[] | null;
  readonly day: readonly number[] | null;
  readonly month: readonly number[] | null;
  readonly weekday: readonly number[] | null;
  readonly timezone: string;
}

interface Wall {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

const MINUTE_MS = 60_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** From the one instant on and before the other; both are whole minutes. */
export function oracleInstants(rule: OracleRule, from: number, to: number): number[] {
  const found: number[] = [];
  // What the clock has shown already, and has left out: a day before is enough for any jump.
  const begin = from - 26 * 60 * MINUTE_MS;
  const seen = new Set<string>();
  let before = wallAt(rule.timezone, begin - MINUTE_MS);
  for (let instant = begin; instant < to; instant += MINUTE_MS) {
    const wall = wallAt(rule.timezone, instant);
    const isNew = !seen.has(keyOf(wall));
    seen.add(keyOf(wall));
    const fires =
      rule.hour === null
        ? matches(rule, wall)
        : (isNew && matches(rule, wall)) || skippedBetween(before, wall).some((left) => matches(rule, left));
    if (fires && instant >= from) found.push(instant);
    before = wall;
  }
  return found;
}

/** The wall times that no clock showed between two minutes that follow each other. */
function skippedBetween(before: Wall, now: Wall): Wall[] {
  const skipped: Wall[] = [];
  for (let at = asUtc(before) + MINUTE_MS; at < asUtc(now); at += MINUTE_MS) {
    const date = new Date(at);
    skipped.push({
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      hour: date.getUTCHours(),
      minute: date.getUTCMinutes(),
    });
  }
  return skipped;
}

function matches({ minute, hour, day, month, weekday }: OracleRule, wall: Wall): boolean {
  const allows = (numbers: readonly number[] | null, value: number) => numbers === null || numbers.includes(value);
  if (!allows(minute, wall.minute) || !allows(hour, wall.hour) || !allows(month, wall.month)) return false;
  const isDay = allows(day, wall.day);
  const isWeekday = allows(weekday, new Date(asUtc(wall)).getUTCDay());
  return day !== null && weekday !== null ? isDay || isWeekday : isDay && isWeekday;
}

function asUtc({ year, month, day, hour, minute }: Wall): number {
  return Date.UTC(year, month - 1, day, hour, minute);
}

function keyOf(wall: Wall): string {
  return JSON.stringify(wall);
}

function wallAt(timezone: string, instant: number): Wall {
  let format = formats.get(timezone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("sv-SE", { timeZone: timezone, dateStyle: "short", timeStyle: "short" });
    formats.set(timezone, format);
  }
  // 2026-03-29 03:00
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = format.format(instant).split(/[- :]/).map(Number);
  return { year, month, day, hour, minute };
}
