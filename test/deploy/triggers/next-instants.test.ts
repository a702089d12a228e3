import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { instantsBetween, nextInstants } from "../../../runtime/deploy/triggers/next-instants.ts";
import { type OracleRule, oracleInstants } from "./cron-oracle.ts";

const DAY_MS = 86_400_000;

function iso(instants: readonly number[]): string[] {
  return instants.map((instant) => new Date(instant).toISOString().slice(0, 16));
}

function at(text: string): number {
  return Date.parse(`${text}Z`);
}

function between(cron: string, timezone: string, [from, to]: readonly [string, string]): string[] {
  return iso(instantsBetween({ cron, timezone }, at(from), at(to)));
}

const SPRING = ["2026-03-28T00:00", "2026-03-31T00:00"] as const;
const AUTUMN = ["2026-10-24T12:00", "2026-10-26T12:00"] as const;

describe("both edges of summer time, in Berlin", () => {
  test("a time that does not exist in spring fires at the first moment after the gap", () => {
    const seen = between("30 2 * * *", "Europe/Berlin", SPRING);
    expect(seen).toEqual(["2026-03-28T01:30", "2026-03-29T01:00", "2026-03-30T00:30"]);
  });

  test("several times in the gap fire once", () => {
    const seen = between("*/20 2 * * *", "Europe/Berlin", ["2026-03-28T12:00", "2026-03-29T12:00"]);
    expect(seen).toEqual(["2026-03-29T01:00"]);
  });

  test("a time that comes twice in autumn fires once, at the first", () => {
    const seen = between("30 2 * * *", "Europe/Berlin", AUTUMN);
    expect(seen).toEqual(["2026-10-25T00:30", "2026-10-26T01:30"]);
  });

  test("so do several hours that are named", () => {
    const seen = between("0,30 1-3 * * *", "Europe/Berlin", ["2026-10-24T22:00", "2026-10-25T12:00"]);
    expect(seen.map((one) => one.slice(11))).toEqual(["23:00", "23:30", "00:00", "00:30", "02:00", "02:30"]);
  });

  test("with * as the hour each real hour fires", () => {
    const autumn = between("0 * * * *", "Europe/Berlin", ["2026-10-24T23:00", "2026-10-25T04:00"]);
    expect(autumn.map((one) => one.slice(11))).toEqual(["23:00", "00:00", "01:00", "02:00", "03:00"]);
    const spring = between("30 * * * *", "Europe/Berlin", ["2026-03-28T23:00", "2026-03-29T03:00"]);
    expect(spring.map((one) => one.slice(11))).toEqual(["23:30", "00:30", "01:30", "02:30"]);
  });
});

test("a day of the month and a weekday that both stand there mean either", () => {
  const seen = between("0 0 13 * fri", "UTC", ["2026-02-01T00:00", "2026-02-28T00:00"]);
  expect(seen.map((one) => one.slice(8, 10))).toEqual(["06", "13", "20", "27"]);
});

test("29 February comes as often as there is one", () => {
  const rule = { cron: "0 0 29 2 *", timezone: "UTC" };
  expect(iso(nextInstants(rule, at("2095-01-01T00:00"), 3)).map((one) => one.slice(0, 4))).toEqual([
    "2096",
    "2104",
    "2108",
  ]);
});

test("the next instants are later than the one given, and as many as were asked for", () => {
  const rule = { cron: "0 6 * * *", timezone: "UTC" };
  const six = at("2026-01-01T06:00");
  expect(iso(nextInstants(rule, six, 2))).toEqual(["2026-01-02T06:00", "2026-01-03T06:00"]);
  expect(iso(nextInstants(rule, six - 1, 1))).toEqual(["2026-01-01T06:00"]);
  expect(nextInstants(rule, six, 0)).toEqual([]);
  expect(instantsBetween(rule, six, six)).toEqual([]);
  expect(instantsBetween(rule, six, six + 1)).toEqual([six]);
});

test("where the clock is set back over midnight, nothing is lost or out of order", () => {
  // At 00:01 it became 23:01 of the day before.
  const window = ["2006-10-28T12:00", "2006-10-29T12:00"] as const;
  const rule: OracleRule = {
    ...{ minute: [0, 30], hour: null, day: null, month: null, weekday: null },
    timezone: "America/St_Johns",
  };
  const seen = between("0,30 * * * *", rule.timezone, window);
  expect(seen).toEqual(iso(oracleInstants(rule, at(window[0]), at(window[1]))));
  expect(seen).toEqual([...seen].sort());
});

test("where a whole day was left out, its times fire as the next one begins", () => {
  const seen = between("0 12 30 12 *", "Pacific/Apia", ["2011-12-28T00:00", "2012-01-03T00:00"]);
  expect(seen).toEqual(["2011-12-30T10:00"]);
});

/** Days around both jumps of a year, where there are any. */
const ZONES = {
  "Europe/Berlin": ["2026-03-29", "2026-10-25"],
  "America/New_York": ["2026-03-08", "2026-11-01"],
  "Australia/Lord_Howe": ["2026-04-04", "2026-10-03"],
  "Asia/Kathmandu": ["2026-05-04"],
  UTC: ["2026-02-28"],
} as const;

const MINUTES = { from: 0, to: 59, most: 4 };
const HOURS = { from: 0, to: 23, most: 4 };

function numbers({ from, to, most }: { from: number; to: number; most: number }): fc.Arbitrary<number[]> {
  return fc.uniqueArray(fc.integer({ min: from, max: to }), { minLength: 1, maxLength: most });
}

/** Hours near the jumps come more often than others. */
const hours = fc.oneof(numbers(HOURS), numbers({ from: 0, to: 4, most: 3 }));

describe.each(Object.entries(ZONES))("any schedule in %s", (timezone, days) => {
  const rules = fc.record({
    minute: fc.option(numbers(MINUTES), { freq: 6 }),
    hour: fc.option(hours, { freq: 3 }),
    day: fc.option(numbers({ from: 1, to: 31, most: 20 }), { freq: 1 }),
    month: fc.option(numbers({ from: 1, to: 12, most: 11 }), { freq: 1 }),
    weekday: fc.option(numbers({ from: 0, to: 6, most: 5 }), { freq: 1 }),
    around: fc.constantFrom(...days),
    shift: fc.integer({ min: -1800, max: 600 }),
  });

  test("fires when a look at the clock at every minute says so", { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(rules, ({ around, shift, ...fields }) => {
        const from = at(`${around}T00:00`) + shift * 60_000;
        const to = from + 2 * DAY_MS;
        const rule = { ...fields, timezone };
        // All 24 hours written out mean the same as *.
        fc.pre(fields.hour === null || fields.hour.length < 24);
        const cron = [fields.minute, fields.hour, fields.day, fields.month, fields.weekday].map(textOf).join(" ");
        // A date that never comes is not a schedule.
        fc.pre(fields.day === null || fields.weekday !== null || Math.min(...fields.day) <= 29);
        const wanted = oracleInstants(rule, from, to);
        expect(iso(instantsBetween({ cron, timezone }, from, to)), cron).toEqual(iso(wanted));
        const [first = null] = wanted;
        if (first !== null) expect(nextInstants({ cron, timezone }, from - 1, 1)).toEqual([first]);
      }),
      { seed: 20261025, numRuns: 60 },
    );
  });
});

function textOf(numbers: readonly number[] | null): string {
  return numbers === null ? "*" : numbers.join(",");
}
