import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { ModelStore } from "../../runtime/catalog/models/model-store.ts";
import { blobKey } from "../../runtime/datastore/blob-key.ts";
import { type Datastore, datastoreOn } from "../../runtime/datastore/datastore.ts";
import { outcomeKey } from "../../runtime/datastore/kinds/outcome.ts";
import { monitorModel, monitorModelInTurns } from "../../runtime/monitoring/monitor-model.ts";
import type { MonitorReport } from "../../runtime/monitoring/monitor-report.ts";
import type { TimeWindow } from "../../runtime/monitoring/read-requests.ts";
import { reportRows } from "../../runtime/monitoring/report-rows.ts";
import { RequestLog } from "../../runtime/monitoring/request-log.ts";
import type { ServedRequest } from "../../runtime/monitoring/served-request.ts";
import { spanMs } from "../../runtime/monitoring/span-ms.ts";
import { TrafficCounts } from "../../runtime/monitoring/traffic-counts.ts";
import { models } from "../../sdk/models/index.ts";
import { modelRig, pathspecOf } from "../catalog/models/model-rig.ts";
import { RowSample } from "../../runtime/monitoring/row-sample.ts";
import { served } from "./served.ts";

const NOON = Date.UTC(2026, 2, 14, 12);
const HOUR_MS = 3_600_000;
const HOUR: TimeWindow = { from: NOON, to: NOON + HOUR_MS };
const BEFORE: TimeWindow = { from: NOON - HOUR_MS, to: NOON };

/** A model with one version, and another one of another name. */
async function registered() {
  const rig = modelRig();
  const artifact = pathspecOf(rig.train("20260101-000000000-aaaaa", 1));
  const reference = { input: Array.from({ length: 100 }, (_, at) => ({ age: at })) };
  for (const name of ["churn", "fraud"]) await models.register(name, artifact, { datastore: rig.folder, reference });
  return rig;
}

async function log(store: Datastore, model: string, requests: readonly ServedRequest[]): Promise<void> {
  const requestLog = new RequestLog({ store, model, server: "a", sample: 1 });
  for (const request of requests) requestLog.add(request);
  await requestLog.close(60_000);
}

/** Requests that a version answered with that. */
function answers(at: number, of: { number: number; count?: number; answer?: unknown }): ServedRequest[] {
  const { number, count = 100, answer = 0.9 } = of;
  return Array.from({ length: count }, (_, row) =>
    served(at + row, { id: `v${number}-${at + row}`, number, input: [{ age: row }], output: [answer] }),
  );
}

function report(
  store: Datastore,
  options: { reference?: string; against?: TimeWindow; window?: TimeWindow } = {},
): MonitorReport {
  const { reference = "churn", against = "training", window = HOUR } = options;
  return monitorModel(store, {
    reference,
    times: [{ window, against, hasAccuracy: true }],
    falseAlarms: 0.07,
  })[0];
}

test("the version that answered last is compared, not one whose request failed after; accuracy is of that version", async () => {
  const { store, folder: datastore } = await registered();
  const failed = served(NOON + 9000, { number: 2, status: 500, output: null });
  await log(store, "churn", [...answers(NOON, { number: 3 }), ...answers(NOON + 5000, { number: 1 }), failed]);
  for (let row = 0; row < 20; row += 1) {
    await models.outcome(`v3-${NOON + row}`, false, { datastore });
    await models.outcome(`v1-${NOON + 5000 + row}`, row < 15, { datastore });
  }
  const found = report(store);
  expect(found.drift).toMatchObject({ number: 1, rows: [100, 100], missing: null });
  expect(found.accuracy).toMatchObject({ fields: [{ known: 20, accuracy: 0.75 }] });
  expect(found.versions.map(({ number }) => number)).toEqual([1, 3, 2]);
});

test("truths of another number of rows than the answer are counted as left out", async () => {
  const { store, folder: datastore } = await registered();
  const one = answers(NOON, { number: 1, count: 3 });
  const three = served(NOON + 10, { id: "three", number: 1, rows: 3, input: [{ age: 1 }], output: [0.9, 0.1, 0.9] });
  await log(store, "churn", [...one, three]);
  await models.outcome(`v1-${NOON}`, true, { datastore });
  await models.outcome(`v1-${NOON + 1}`, [true, false], { datastore });
  await models.outcome(`v1-${NOON + 2}`, [], { datastore });
  await models.outcome("three", true, { datastore });
  expect(report(store).accuracy).toMatchObject({ fields: [{ known: 1, accuracy: 1 }], leftOut: 3 });
});

test("an outcome that can be neither written nor read is not told as noted", async () => {
  const { folder: datastore } = await registered();
  const key = outcomeKey("order-1", null);
  fs.mkdirSync(path.join(datastore, key), { recursive: true });
  await expect(models.outcome("order-1", true, { datastore })).rejects.toMatchObject({
    code: "MILLRACE_STORAGE",
    headline: `Cannot write ${key} because something is there that is not a record`,
  });
});

test("outputs are compared with those of the same version alone, inputs with all", async () => {
  const { store } = await registered();
  await log(store, "churn", answers(NOON - HOUR_MS, { number: 1, answer: 0.1 }));
  await log(store, "churn", answers(NOON, { number: 2, answer: 0.9 }));
  const other = report(store, { against: BEFORE }).drift;
  expect(other).toMatchObject({ number: 2, isOutputLeftOut: true, isAlarm: false });
  expect(other.columns.map(({ column }) => column)).toEqual(["input.age"]);
  await log(store, "churn", answers(NOON + 5000, { number: 1, answer: 0.9 }));
  const same = report(store, { against: BEFORE }).drift;
  expect(same).toMatchObject({ number: 1, isOutputLeftOut: false, isAlarm: true });
  expect(same.columns[0]).toMatchObject({ column: "output", isDrifted: true });
});

test("an id that a gateway gave to requests to two models has a truth for each", async () => {
  const { store, folder: datastore } = await registered();
  for (const model of ["churn", "fraud"]) await log(store, model, answers(NOON, { number: 1, count: 2 }));
  const id = `v1-${NOON}`;
  await models.outcome(id, 1, { datastore, model: "churn" });
  await models.outcome(id, 0, { datastore, model: "fraud" });
  // Known of some model; each of the two has a truth of its own.
  await models.outcome(id, 0, { datastore });
  await models.outcome(`v1-${NOON + 1}`, 1, { datastore });
  const accuracy = (reference: string) => report(store, { reference }).accuracy?.fields;
  expect(accuracy("churn")).toMatchObject([{ known: 2, accuracy: 1 }]);
  expect(accuracy("fraud")).toMatchObject([{ known: 2, accuracy: 0.5 }]);
  await expect(models.outcome(id, 7, { datastore, model: "churn" })).rejects.toThrow(/another one is known: 1, not 7/);
  await expect(models.outcome(id, 7, { datastore, model: "no/model" })).rejects.toThrow(/no\/model/);
});

test("counts of a version add up over blocks, and over versions", () => {
  const counts = new TrafficCounts();
  const block = (number: number, status: string) => ({
    ...{ format: 1 as const, model: "churn", server: "a", from: NOON, to: NOON, sample: 1, dropped: 0, count: 0 },
    ...{
      data: "",
      totals: [{ number, hash: "ab", requests: 2, rows: 3, statuses: { [status]: 2 }, latencies: { 35: 2 } }],
    },
  });
  for (const [number, status] of [
    [1, "200"],
    [1, "500"],
    [2, "404"],
    [1, "503"],
  ] as const)
    counts.add(block(number, status));
  expect(counts.total()).toMatchObject({ requests: 8, rows: 12, errors: 4, refused: 2 });
  expect(counts.versions()).toMatchObject([
    { number: 1, requests: 6, errors: 4, refused: 0, latencyMs: { p50: expect.closeTo(1.02 ** 35, 9) } },
    { number: 2, requests: 2, errors: 0, refused: 2 },
  ]);
});

test("a sample of rows that are large has fewer of them, each as likely as any other", () => {
  const sample = new RowSample<string>(1000, 100 * 2 * 1000);
  for (let at = 0; at < 4000; at += 1) sample.add(String(at).padEnd(1000));
  const kept = sample.rows.map(Number);
  expect(kept.length).toBeGreaterThanOrEqual(50);
  expect(kept.length).toBeLessThanOrEqual(100);
  expect(new Set(kept).size).toBe(kept.length);
  // The same rows give the same sample, so this holds always or never: of 50, half come from either half.
  const early = kept.filter((at) => at < 2000).length / kept.length;
  expect(early).toBeGreaterThan(0.25);
  expect(early).toBeLessThan(0.75);
});

test("one look at two times that overlap reports on each as a look at it alone, and reads each object once", async () => {
  const { store } = await registered();
  await log(store, "churn", answers(NOON - HOUR_MS, { number: 1, answer: 0.1 }));
  await log(store, "churn", answers(NOON, { number: 1 }));
  const read: string[] = [];
  const tail = (key: string) => {
    read.push(key);
    return store.storage.tail(key);
  };
  const times = [HOUR, { from: NOON - HOUR_MS / 2, to: NOON + HOUR_MS / 2 }].map((window) => ({
    ...{ window, hasAccuracy: false },
    against: { from: window.from - HOUR_MS, to: window.from },
  }));
  const [one, two] = times as [(typeof times)[number], (typeof times)[number]];
  const of = { reference: "churn", falseAlarms: 0.01 };
  const both = monitorModel(datastoreOn({ ...store.storage, tail }), { ...of, times: [one, two] });
  expect(both).toEqual([one, two].map((time) => monitorModel(store, { ...of, times: [time] })[0]));
  // Once for what is compared, once for what it is compared with.
  expect(read.length).toBe(2 * new Set(read).size);
});

test("a window is a number of seconds, minutes, hours or days, and nothing else", () => {
  expect(["30s", "15m", "6h", "7d"].map(spanMs)).toEqual([30_000, 900_000, 6 * HOUR_MS, 168 * HOUR_MS]);
  for (const wrong of ["0s", "30", "1w", "-1d", "1.5h", "s"])
    expect(() => spanMs(wrong), wrong).toThrow("not a number of seconds, minutes, hours or days");
});

test("a report on a window of seconds tells its ends apart", async () => {
  const { store } = await registered();
  const titleOf = (window: TimeWindow) =>
    reportRows(report(store, { window }), { isPublished: false, told: null }).title;
  expect(titleOf({ from: NOON, to: NOON + 5000 })).toBe("churn  2026-03-14 12:00:00 to 2026-03-14 12:00:05 UTC");
  expect(titleOf(HOUR)).toBe("churn  2026-03-14 12:00 to 2026-03-14 13:00 UTC");
});

test("a report that only looks says nothing of an event that it will not publish", async () => {
  const { store } = await registered();
  const older = answers(NOON, { number: 1 }).map((one) => ({ ...one, input: [{ age: 500 }] }));
  await log(store, "churn", older);
  const found = report(store);
  expect(found.drift.isAlarm).toBe(true);
  const notes = (isPublished: boolean) => reportRows(found, { isPublished, told: null }).notes.join("\n");
  expect(notes(true)).toContain("drift:churn is published for windows that are over: this one is at 2026-03-14 14:00");
  expect(notes(false)).toBe("kept 100 of 100 requests");
  const { verdict } = reportRows(found, { isPublished: true, told: null });
  expect(verdict).toMatch(/^DRIFT in .* an unchanged model alarms in 7 %\)$/);
});

test("a report counts one of a thing as one", async () => {
  const { store } = await registered();
  await log(store, "churn", answers(NOON, { number: 1, count: 1 }));
  const { notes } = reportRows(report(store), { isPublished: false, told: null });
  expect(notes).toContain("kept 1 of 1 request");
});

test("what is damaged of requests, reference data or outcomes is told, and the rest is reported", async () => {
  const { store, folder: datastore, train } = await registered();
  const reference = { input: Array.from({ length: 100 }, (_, at) => ({ age: at + 1 })) };
  await models.register("churn", pathspecOf(train("20260102-000000000-aaaaa", 2)), { datastore, reference });
  const damage = (key: string) => fs.writeFileSync(path.join(datastore, key), "{}\n");
  await log(store, "churn", answers(NOON, { number: 1 }));
  await log(store, "churn", answers(NOON + 5000, { number: 2 }));
  await models.outcome(`v2-${NOON + 5000}`, 1, { datastore });
  await models.outcome(`v2-${NOON + 5001}`, 1, { datastore });
  expect(report(store).unread).toEqual([]);
  damage(blobKey(new ModelStore(store).at("churn", 1)?.sketch ?? ""));
  damage(outcomeKey(`v2-${NOON + 5001}`, null));
  const segment = "requests/churn/20260314/120000-00000000.jsonl";
  damage(segment);
  const found = report(store);
  expect(found.drift).toMatchObject({ number: 2, missing: null, rows: [100, 100] });
  expect(found.accuracy).toMatchObject({ fields: [{ known: 1 }] });
  expect(found.unread).toEqual([
    expect.stringMatching(`^Cannot read ${segment} because`),
    expect.stringMatching("^reference data of churn@1: Cannot use blob"),
    expect.stringMatching(`^outcome of v2-${NOON + 5001}: Cannot read outcomes/`),
  ]);
  const old = report(store, { reference: "churn@1" });
  expect(old.drift).toMatchObject({ missing: "the reference data of churn@1 cannot be read", isAlarm: false });
  expect(reportRows(old, { isPublished: false, told: null }).notes).toEqual(expect.arrayContaining([...old.unread]));
});

test("a report that a server makes keeps it from nothing else, and ends once nobody waits for it", async () => {
  const { store } = await registered();
  for (let block = 0; block < 5; block += 1) await log(store, "churn", answers(NOON + block * 1000, { number: 1 }));
  const time = { window: HOUR, against: "training", hasAccuracy: true } as const;
  const of = { reference: "churn", falseAlarms: 0.01, times: [time] } as const;
  let turns = 0;
  let isDone = false;
  const others = () => {
    turns += 1;
    if (!isDone) setImmediate(others);
  };
  setImmediate(others);
  const found = await monitorModelInTurns(store, { ...of, signal: new AbortController().signal });
  isDone = true;
  expect(turns).toBeGreaterThanOrEqual(5);
  expect(found).toEqual(monitorModel(store, of));
  const gone = AbortSignal.abort();
  await expect(monitorModelInTurns(store, { ...of, signal: gone })).rejects.toMatchObject({ name: "AbortError" });
});
