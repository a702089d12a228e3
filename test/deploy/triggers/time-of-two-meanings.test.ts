import { expect, test } from "vitest";
import { timeOfTwoMeanings } from "../../../runtime/deploy/triggers/time-of-two-meanings.ts";

test.each([
  ["30 2 * * *", "Europe/Berlin", "2026-01-01", "02:30 on 2026-03-29"],
  ["30 2 * * *", "Europe/Berlin", "2026-04-01", "02:30 on 2026-10-25"],
  // It was shown for the first time, and is going to be once more.
  ["30 2 * * *", "Europe/Berlin", "2026-10-25T00:40Z", "02:30 on 2026-10-25"],
  ["30 2 * * *", "Europe/Berlin", "2026-10-25T01:40Z", "02:30 on 2027-03-28"],
  ["*/15 1-3 * * *", "Europe/Berlin", "2026-04-01", "02:00 on 2026-10-25"],
  ["0 3 * * *", "Europe/Berlin", "2026-01-01", null],
  ["30 * * * *", "Europe/Berlin", "2026-01-01", null],
  ["30 2 * * mon", "Europe/Berlin", "2026-01-01", null],
  ["45 1 * * *", "Australia/Lord_Howe", "2026-01-01", "01:45 on 2026-04-05"],
  ["0 0 * * *", "America/Santiago", "2026-05-01", "00:00 on 2026-09-06"],
  ["30 2 * * *", "UTC", "2026-01-01", null],
])("%s in %s from %s on: %s", (cron, timezone, from, seen) => {
  expect(timeOfTwoMeanings({ cron, timezone }, Date.parse(from))).toBe(seen);
});
