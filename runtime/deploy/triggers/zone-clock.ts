const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** No place is further from UTC, in either direction. */
const WEST_MS = 12 * HOUR_MS;
const EAST_MS = 14 * HOUR_MS;

/** What a wall clock shows, written as the instant at which a clock in UTC shows the same. */
export type WallTime = number;

/** The wall clock of a time zone, with its jumps. */
export class ZoneClock {
  readonly #format: Intl.DateTimeFormat;

  constructor(timezone: string) {
    const number = "numeric";
    this.#format = new Intl.DateTimeFormat("en-u-ca-iso8601", {
      ...{ timeZone: timezone, hourCycle: "h23" },
      ...{ year: number, month: number, day: number, hour: number, minute: number, second: number },
    });
  }

  wallAt(instant: number): WallTime {
    const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of this.#format.formatToParts(instant)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second);
  }

  /** True where the clock does not jump at any instant at which it could show these times. */
  isSteady(from: WallTime, to: WallTime): boolean {
    return this.#offsetAt(from - EAST_MS) === this.#offsetAt(to + WEST_MS);
  }

  /** The instants at which the clock shows that, the first one first: none in a gap, two where it is set back. */
  instantsOf(wall: WallTime): number[] {
    const offsets = new Set([this.#offsetAt(wall - EAST_MS), this.#offsetAt(wall + WEST_MS)]);
    const shown = [...offsets].filter((offset) => this.#offsetAt(wall - offset) === offset);
    return shown.map((offset) => wall - offset).sort((a, b) => a - b);
  }

  /** The instant at which the clock jumps over that. */
  jumpOver(wall: WallTime): number {
    let before = wall - EAST_MS;
    let after = wall + WEST_MS;
    const old = this.#offsetAt(before);
    // Jumps are at whole minutes.
    while (after - before > MINUTE_MS) {
      const middle = before + Math.floor((after - before) / 2 / MINUTE_MS) * MINUTE_MS;
      if (this.#offsetAt(middle) === old) before = middle;
      else after = middle;
    }
    return after;
  }

  #offsetAt(instant: number): number {
    const second = Math.floor(instant / 1000) * 1000;
    return this.wallAt(second) - second;
  }
}
