import { expect, test } from "vitest";
import { type Datastore, openDatastore, prepareDatastore } from "../../runtime/datastore/datastore.ts";
import type { MonitorReport } from "../../runtime/monitoring/monitor-report.ts";
import { lastWholeWindow, tellDrift } from "../../runtime/monitoring/tell-drift.ts";
import { temporaryFolder } from "../rigs/harness.ts";
import { compare } from "./drawn-rows.ts";

const NOON = Date.UTC(2026, 2, 14, 12);
const HOUR_MS = 3_600_000;

function alarmAt(to: number, number = 7): MonitorReport {
  const rows = (shift: number) => Array.from({ length: 500 }, (_, at) => ((at * 7919) % 100) + shift);
  const columns = compare(rows(0), rows(50));
  const latencyMs = { p50: 1, p95: 2, p99: 3 };
  return {
    ...{ model: "churn", window: { from: to - HOUR_MS, to }, versions: [], kept: 500, dropped: 0, accuracy: null },
    traffic: { requests: 500, rows: 500, errors: 0, refused: 0, different: 0, latencyMs },
    ...{ shadows: [], unread: [] },
    drift: {
      ...{ number, against: "training", falseAlarms: 0.01, rows: [500, 500], missing: null, isOutputLeftOut: false },
      ...{ isAlarm: true, columns },
    },
  };
}

function eventsIn(store: Datastore): number {
  return store.storage.list("events").length;
}

test("a window is published once, the next one and another version again", () => {
  const store = openDatastore(temporaryFolder());
  prepareDatastore(store);
  const tell = (report: MonitorReport) => tellDrift(store, { report, username: "ada" });
  const first = tell(alarmAt(NOON));
  const again = tell(alarmAt(NOON));
  expect([first.isNew, again.isNew, first.event]).toEqual([true, false, "drift:churn"]);
  expect([again.id, eventsIn(store)]).toEqual([first.id, 1]);
  expect(tell(alarmAt(NOON + HOUR_MS)).isNew).toBe(true);
  expect(eventsIn(store)).toBe(2);
  expect(tell(alarmAt(NOON, 8)).isNew).toBe(true);
  expect(eventsIn(store)).toBe(3);
});

test("whoever looks within an hour judges the same whole hour, the one before", () => {
  const before = { from: NOON - HOUR_MS, to: NOON };
  expect(lastWholeWindow(NOON, HOUR_MS)).toEqual(before);
  expect(lastWholeWindow(NOON + HOUR_MS - 1, HOUR_MS)).toEqual(before);
  expect(lastWholeWindow(NOON + HOUR_MS, HOUR_MS)).toEqual({ from: NOON, to: NOON + HOUR_MS });
});
