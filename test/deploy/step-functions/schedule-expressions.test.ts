import { expect, test } from "vitest";
import type { ScheduleRule } from "../../../sdk/base/triggers.ts";
import { scheduleExpressions } from "../../../runtime/deploy/step-functions/schedule-expressions.ts";

const NOW = Date.UTC(2026, 0, 1);

function expressionsOf(cron: string, timezone = "UTC") {
  const rule: ScheduleRule = { cron, timezone, catchUp: "last", overlap: "skip" };
  const found = scheduleExpressions(rule, NOW);
  return typeof found === "string" ? found : found.map((one) => `${one.expression} ${one.timezone}`);
}

test.each([
  ["0 6 * * *", "UTC", ["cron(0 6 * * ? *) UTC"]],
  ["*/15 8-18 * * 1-5", "Asia/Kolkata", ["cron(0,15,30,45 8-18 ? * 2-6 *) Asia/Kolkata"]],
  ["30 4 1,15 jan,jul *", "UTC", ["cron(30 4 1,15 1,7 ? *) UTC"]],
  ["0 0 * * sun", "UTC", ["cron(0 0 ? * 1 *) UTC"]],
  ["0 6 * * *", "Europe/Berlin", ["cron(0 6 * * ? *) Europe/Berlin"]],
])("%s in %s becomes six fields", (cron, timezone, expected) => {
  expect(expressionsOf(cron, timezone)).toEqual(expected);
});

test("a day that fits by its number or by its weekday takes two schedules, whose instants have one name each", () => {
  expect(expressionsOf("0 3 13 * 5")).toEqual(["cron(0 3 13 * ? *) UTC", "cron(0 3 ? * 6 *) UTC"]);
});

test("every hour counts real hours: in UTC, where clocks do not jump", () => {
  expect(expressionsOf("5 * * * *", "America/New_York")).toEqual(["cron(5 * * * ? *) UTC"]);
});

test.each([
  ["30 2 * * *", "Europe/Berlin", "2026-03-29T01:00:00.000Z"],
  ["0 * * 10 *", "Europe/Berlin", "2026-10-25T01:00:00.000Z"],
])("%s in %s is refused, as AWS knows no time that is left out, or comes twice", (cron, timezone, instant) => {
  expect(expressionsOf(cron, timezone)).toContain(`at ${instant} the clock of ${timezone} jumps`);
});

test("a schedule that never meets the jump is not refused", () => {
  expect(expressionsOf("30 2 * 6 *", "Europe/Berlin")).toEqual(["cron(30 2 * 6 ? *) Europe/Berlin"]);
});
