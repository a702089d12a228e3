import { beforeEach, expect, test } from "vitest";
import { type Datastore, openDatastore } from "../../runtime/datastore/datastore.ts";
import { Deployments } from "../../runtime/datastore/deployments.ts";
import { Fires, instantFire } from "../../runtime/datastore/fires.ts";
import type { ScheduleRule } from "../../runtime/datastore/kinds/deployment.ts";
import { ProductionSchedulers } from "../../runtime/datastore/production-schedulers.ts";
import { type InstantStatus, scheduleReport } from "../../runtime/deploy/schedule-report.ts";
import { temporaryFolder } from "../rigs/harness.ts";
import { DAILY, deployed } from "./version-of.ts";
import os from "node:os";

const HOUR_MS = 3_600_000;
const HOURLY: ScheduleRule = { ...DAILY, cron: "0 * * * *" };
let store: Datastore;
/** Three hours and a half after the deploy's own hour began. */
let now: number;

beforeEach(() => {
  store = openDatastore(temporaryFolder());
  now = (Math.floor(Date.now() / HOUR_MS) + 4) * HOUR_MS - HOUR_MS / 2;
});

function withHourly(rule: Partial<ScheduleRule> = {}): void {
  deployed(store, { triggers: { schedules: [{ ...HOURLY, ...rule }], events: [], finishes: [] } });
}

/** What has happened, and `next` to come. */
function statuses(next = 1): InstantStatus[] {
  return scheduleReport(store, { name: null, next, now }).instants.map(({ status }) => status);
}

function alive(settledUntil = 0): void {
  void new ProductionSchedulers(store.storage).write({
    ...{ id: "one", host: os.hostname(), pid: process.pid, startedAt: Date.now(), time: Date.now() },
    ...{ slots: 1, running: 0, nextDue: null, endedAt: null, settledUntil },
  });
}

test("without a scheduler what is to come is dead, and the last one that passed is late: it will be caught up with", () => {
  withHourly();
  expect(statuses()).toEqual(["missed", "missed", "late", "dead"]);
  expect(scheduleReport(store, { name: null, next: 1, now }).isTrouble).toBe(true);
});

test("what is caught up with wholly is late, and what is not is missed", () => {
  withHourly({ catchUp: "all" });
  expect(statuses()).toEqual(["late", "late", "late", "dead"]);
  withHourly({ catchUp: "none" });
  expect(statuses()).toEqual(["missed", "missed", "missed", "dead"]);
});

test("what has a fire is neither, and with a scheduler the next is due", () => {
  withHourly();
  alive();
  const draft = { deployment: "SampleFlow", version: 1, run: "r", time: now, parameters: {} };
  const trigger = { events: [], runs: [], scheduledAt: null };
  for (let hours = 0; hours < 4; hours += 1)
    new Fires(store.storage).decide(instantFire(now - HOUR_MS / 2 - hours * HOUR_MS), { ...draft, trigger });
  expect(statuses(2)).toEqual(["due", "due"]);
  expect(scheduleReport(store, { name: null, next: 1, now }).isTrouble).toBe(false);
});

test("what a scheduler has decided on and passed over is missed", () => {
  withHourly();
  alive(now);
  expect(statuses()).toEqual(["missed", "missed", "missed", "due"]);
});

test("a paused deployment is off, which is no trouble", () => {
  withHourly();
  const move = { action: "pause", version: 1, isPaused: true, username: "ada", expected: 1 } as const;
  new Deployments(store.storage).move("SampleFlow", move);
  const report = scheduleReport(store, { name: "SampleFlow", next: 2, now });
  expect(report.instants.map(({ status }) => status)).toEqual(["off", "off"]);
  expect(report.isTrouble).toBe(false);
});

test("another target's schedules are its own matter", () => {
  deployed(store, { target: "argo", triggers: { schedules: [HOURLY], events: [], finishes: [] } });
  expect(statuses()).toEqual(["due"]);
});

test("of several deployments the next instants are told in order of time", () => {
  withHourly();
  deployed(store, { deployment: "b", triggers: { schedules: [DAILY], events: [], finishes: [] } });
  alive(now);
  const { instants } = scheduleReport(store, { name: null, next: 30, now });
  const due = instants.filter(({ status }) => status === "due").map(({ instant }) => instant);
  expect(due).toHaveLength(30);
  expect(due).toEqual([...due].sort((a, b) => a - b));
  expect(new Set(instants.map(({ deployment }) => deployment))).toEqual(new Set(["SampleFlow", "b"]));
});
