import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test, vi } from "vitest";
import { type Datastore, datastoreOn, openDatastore, prepareDatastore } from "../../runtime/datastore/datastore.ts";
import { checkStore } from "../../runtime/datastore/maintenance/check-store.ts";
import { storeSettings } from "../../runtime/settings/store-settings.ts";
import { readRequests, type TimeWindow } from "../../runtime/monitoring/read-requests.ts";
import { UnreadParts } from "../../runtime/monitoring/unread-parts.ts";
import { RequestLog } from "../../runtime/monitoring/request-log.ts";
import { awsEnvironment, makeBucket, MOTO, motoForFile } from "../rigs/aws/moto.ts";
import { describeWith } from "../rigs/describe-with.ts";
import { ROOT, temporaryFolder } from "../rigs/harness.ts";
import { served } from "./served.ts";

const NOON = Date.UTC(2026, 2, 14, 12);
const HOUR_MS = 3_600_000;

function folderStore(): Datastore {
  const store = openDatastore(temporaryFolder());
  prepareDatastore(store);
  return store;
}

function read(store: Datastore, window: TimeWindow) {
  return [...readRequests(store, { model: "churn", window, unread: new UnreadParts() })];
}

function idsIn(store: Datastore, window: TimeWindow): string[] {
  return read(store, window)
    .flatMap(({ requests }) => requests.map(({ id }) => id))
    .sort();
}

function fsck(store: Datastore) {
  const options = {
    isQuick: false,
    isRepair: false,
    signal: new AbortController().signal,
    progress: () => undefined,
    copyOf: null,
  };
  return checkStore(store, options);
}

async function keepsAll(store: Datastore): Promise<void> {
  const log = new RequestLog({ store, model: "churn", server: "a", sample: 1 });
  for (let at = 0; at < 1300; at += 1)
    log.add(served(NOON + at, { input: [{ age: at, tags: ["x"] }], output: [at / 10] }));
  await log.close(60_000);
  const blocks = read(store, { from: NOON, to: NOON + 1300 });
  const requests = blocks.flatMap((block) => block.requests);
  expect(requests).toHaveLength(1300);
  expect(requests[7]).toEqual(served(NOON + 7, { input: [{ age: 7, tags: ["x"] }], output: [0.7] }));
  expect(blocks.flatMap(({ block }) => block.totals.map((one) => one.requests)).reduce((a, b) => a + b)).toBe(1300);
  expect((await fsck(store)).problems).toEqual([]);
}

test("what was added is there once the log is closed, as it was, and fsck finds nothing wrong with it", async () => {
  await keepsAll(folderStore());
});

describeWith(MOTO, "in a bucket", () => {
  const moto = motoForFile();

  test("what was added is there once the log is closed, as it was", async () => {
    const location = `s3://${await makeBucket(moto.url())}/store`;
    const env = { ...process.env, ...awsEnvironment(moto.url()), MILLRACE_CACHE: temporaryFolder() };
    const store = openDatastore(location, { settings: storeSettings(env) });
    onTestFinished(() => store.close());
    prepareDatastore(store);
    await keepsAll(store);
  });
});

test("all requests are counted exactly, also where a tenth is kept", async () => {
  const store = folderStore();
  const log = new RequestLog({ store, model: "churn", server: "a", sample: 0.1 });
  for (let at = 0; at < 5000; at += 1)
    log.add(served(NOON + at, { status: at % 10 === 0 ? 500 : 200, number: 7 + (at % 2) }));
  await log.close(60_000);
  const blocks = read(store, { from: NOON, to: NOON + 5000 });
  const kept = blocks.flatMap(({ requests }) => requests).length;
  // Five standard deviations about 500.
  expect(kept).toBeGreaterThan(390);
  expect(kept).toBeLessThan(610);
  const totals = blocks.flatMap(({ block }) => block.totals);
  const sum = (what: (one: (typeof totals)[number]) => number) => totals.reduce((all, one) => all + what(one), 0);
  expect(sum(({ requests }) => requests)).toBe(5000);
  expect(sum(({ statuses }) => statuses["500"] ?? 0)).toBe(500);
  expect(sum(({ number, requests }) => (number === 8 ? requests : 0))).toBe(2500);
});

test("a window has the requests of its time alone, and reads only its hours", async () => {
  const store = folderStore();
  const log = new RequestLog({ store, model: "churn", server: "a", sample: 1 });
  const hours = Array.from({ length: 60 }, (_, hour) => NOON + hour * HOUR_MS + 5);
  for (const [hour, at] of hours.entries()) {
    log.add(served(at, { id: `h${String(hour).padStart(2, "0")}` }));
    // Each in a block of its own.
    for (let more = 0; more < 499; more += 1) log.add(served(at, { id: "filler" }));
    if (hour % 10 === 9) await expect.poll(() => log.isIdle, { timeout: 20_000 }).toBe(true);
  }
  await log.close(60_000);
  const from = NOON + 20 * HOUR_MS;
  const ids = idsIn(store, { from, to: from + 3 * HOUR_MS }).filter((id) => id !== "filler");
  expect(ids).toEqual(["h20", "h21", "h22"]);
  // What is outside of it may be damaged: it is not read.
  const first = path.join(store.storage.folder!, "requests/churn/20260314");
  for (const name of fs.readdirSync(first)) fs.writeFileSync(path.join(first, name), "{}\n");
  expect(idsIn(store, { from, to: from + HOUR_MS })).toContain("h20");
  expect((await fsck(store)).problems.length).toBeGreaterThan(0);
});

test("a process that is killed loses at most its last seconds", async () => {
  const folder = temporaryFolder();
  const started = Date.now();
  const child = spawn(process.execPath, ["--import", "tsx", "test/monitoring/log-process.ts", folder], { cwd: ROOT });
  onTestFinished(() => void child.kill("SIGKILL"));
  let added = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    added = Number(line);
    if (added >= 3000) break;
  }
  const killedAt = Date.now();
  child.kill("SIGKILL");
  await once(child, "exit");
  const store = openDatastore(folder);
  const kept = read(store, { from: started, to: killedAt + HOUR_MS }).flatMap(({ requests }) => requests);
  expect(kept.length).toBeGreaterThan(0);
  // In order, without a gap, up to a few seconds before its end.
  expect(kept.map(({ id }) => id)).toEqual(kept.map((_, at) => `r${at}`));
  expect(killedAt - kept.at(-1)!.at).toBeLessThan(10_000);
});

test("a store that takes nothing costs no memory: requests are dropped, and counted when it does again", async () => {
  const store = folderStore();
  const folder = path.join(store.storage.folder!, "requests");
  fs.writeFileSync(folder, "in the way");
  const log = new RequestLog({ store, model: "churn", server: "a", sample: 1 });
  for (let at = 0; at < 20_000; at += 1) log.add(served(NOON + at));
  await expect.poll(() => log.isIdle, { timeout: 20_000 }).toBe(true);
  fs.rmSync(folder);
  const late = NOON + 3 * HOUR_MS;
  log.add(served(late, { id: "late" }));
  await log.close(60_000);
  // What was counted is told of the hour in which it was asked.
  const lost = read(store, { from: NOON, to: NOON + HOUR_MS }).map(({ block }) => block);
  const sum = (of: (block: (typeof lost)[number]) => number) => lost.reduce((all, block) => all + of(block), 0);
  expect([sum(({ count }) => count), sum(({ dropped }) => dropped)]).toEqual([0, 20_000]);
  expect(sum(({ totals }) => totals[0]!.requests)).toBe(20_000);
  expect(Math.max(...lost.map(({ to }) => to))).toBe(NOON + 19_999);
  const [found, ...more] = read(store, { from: late, to: late + HOUR_MS });
  expect(more).toEqual([]);
  expect(found!.requests.map(({ id }) => id)).toEqual(["late"]);
  expect([found!.block.dropped, found!.block.totals[0]!.requests]).toEqual([0, 1]);
  expect((await fsck(store)).problems).toEqual([]);
});

/** A store whose objects take nothing until they are let. */
function hangingStore() {
  const store = folderStore();
  let answer = (): void => undefined;
  const answers = new Promise<void>((resolve) => (answer = resolve));
  const append: Datastore["storage"]["append"] = (key, options) => {
    const appender = store.storage.append(key, options);
    return { ...appender, append: (bytes) => answers.then(() => appender.append(bytes)) };
  };
  return { store: datastoreOn({ ...store.storage, append }), answer };
}

test("what comes while a store takes its time is one block, not one for each second", async () => {
  vi.useFakeTimers({ toFake: ["setInterval"] });
  onTestFinished(() => void vi.useRealTimers());
  const { store, answer } = hangingStore();
  const log = new RequestLog({ store, model: "churn", server: "a", sample: 1 });
  for (let second = 0; second < 60; second += 1) {
    log.add(served(NOON + second * 1000));
    vi.advanceTimersByTime(1000);
  }
  answer();
  expect(await log.close(60_000)).toBe(true);
  const blocks = read(store, { from: NOON, to: NOON + HOUR_MS });
  expect(blocks.map(({ requests }) => requests.length)).toEqual([1, 59]);
});

test("a store that does not answer keeps no server from ending", async () => {
  const { store } = hangingStore();
  const log = new RequestLog({ store, model: "churn", server: "a", sample: 1 });
  log.add(served(NOON));
  expect(await log.close(20)).toBe(false);
});

test("an outage of hours is told hour by hour", async () => {
  const store = folderStore();
  const folder = path.join(store.storage.folder!, "requests");
  fs.writeFileSync(folder, "in the way");
  const log = new RequestLog({ store, model: "churn", server: "a", sample: 1 });
  for (let hour = 0; hour < 3; hour += 1) {
    for (let at = 0; at < 500; at += 1) log.add(served(NOON + hour * HOUR_MS + at));
    await expect.poll(() => log.isIdle, { timeout: 20_000 }).toBe(true);
  }
  fs.rmSync(folder);
  log.add(served(NOON + 9 * HOUR_MS));
  await log.close(60_000);
  for (let hour = 0; hour < 3; hour += 1) {
    const from = NOON + hour * HOUR_MS;
    expect(read(store, { from, to: from + HOUR_MS }).map(({ block }) => block.totals[0]!.requests)).toEqual([500]);
  }
});

test("requests with a great deal in them cost no more memory: what goes beyond 64 MiB is dropped, and counted", async () => {
  const store = folderStore();
  const log = new RequestLog({ store, model: "churn", server: "a", sample: 1 });
  // Not written in between, as nothing else has its turn.
  for (let at = 0; at < 200; at += 1) log.add(served(NOON + at, { input: [{ text: String(at).repeat(400_000) }] }));
  await log.close(60_000);
  const blocks = read(store, { from: NOON, to: NOON + 1000 });
  const sum = (of: (one: (typeof blocks)[number]) => number) => blocks.reduce((all, one) => all + of(one), 0);
  expect(sum(({ block }) => block.totals[0]?.requests ?? 0)).toBe(200);
  const kept = sum(({ requests }) => requests.length);
  expect(kept).toBeGreaterThan(10);
  expect(kept).toBeLessThan(100);
  expect(sum(({ block }) => block.dropped)).toBe(200 - kept);
});

test("a block whose rows turn out larger than they looked is divided", async () => {
  const store = folderStore();
  const log = new RequestLog({ store, model: "churn", server: "a", sample: 1 });
  // Of a list some rows are looked at; these are the others.
  const wide = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`t${at}`, "x".repeat(999)]));
  const input = Array.from({ length: 20 }, (_, row) => (row % 5 === 0 ? {} : wide));
  for (let at = 0; at < 80; at += 1) log.add(served(NOON + at, { input }));
  await log.close(60_000);
  const blocks = read(store, { from: NOON, to: NOON + 1000 });
  expect(blocks.length).toBeGreaterThan(1);
  expect(blocks.flatMap(({ requests }) => requests)).toHaveLength(80);
  expect(blocks.flatMap(({ block }) => block.totals.map((one) => one.requests))).toEqual([80]);
  expect((await fsck(store)).problems).toEqual([]);
});

test("what is too long is kept in part, and what JSON lacks as null", async () => {
  const store = folderStore();
  const log = new RequestLog({ store, model: "churn", server: "a", sample: 1 });
  const input = Array.from({ length: 1000 }, (_, row) => ({ row, pixels: new Float32Array(784), bad: NaN, big: 5n }));
  log.add(served(NOON, { rows: 1000, input, output: input.map(({ row }) => row) }));
  const circle: { self?: unknown } = {};
  circle.self = circle;
  log.add(served(NOON + 1, { id: "circle", input: [circle] }));
  await log.close(60_000);
  const [long, round] = read(store, { from: NOON, to: NOON + 2 }).flatMap(({ requests }) => requests);
  expect(long!.rows).toBe(1000);
  expect(long!.input).toHaveLength(100);
  expect(long!.input![1]).toMatchObject({ row: 10, pixels: { "~length": 784 }, bad: null, big: 5 });
  expect(long!.output![1]).toBe(10);
  expect(round!.id).toBe("circle");
});

test("objects that cannot be closed lose nothing of what was stored, and keep no later one from being written", async () => {
  const store = folderStore();
  const append: Datastore["storage"]["append"] = (key, options) => {
    const appender = store.storage.append(key, options);
    const close = () => {
      appender.close();
      throw new Error("the disk is gone");
    };
    return { ...appender, append: (bytes) => appender.append(bytes), close };
  };
  const failing = datastoreOn({ ...store.storage, append });
  const log = new RequestLog({ store: failing, model: "churn", server: "a", sample: 1 });
  for (let hour = 0; hour < 3; hour += 1) log.add(served(NOON + hour * HOUR_MS, { id: `h${hour}` }));
  expect(await log.close(60_000)).toBe(true);
  expect(idsIn(store, { from: NOON, to: NOON + 3 * HOUR_MS })).toEqual(["h0", "h1", "h2"]);
});

test("of JSON as it came the same is kept as of its values: thinned where it is long, in bytes of any kind", async () => {
  const deep = Array.from({ length: 20 }).reduce<unknown>((inner) => ({ inner }), "x");
  const lists: unknown[][] = [
    [{ age: 7, name: "Zoë 🚀", none: null }],
    [1.5, -0, 1e300],
    Array.from({ length: 250 }, (_, at) => ({ at })),
    [{ text: "é".repeat(5000) }],
    [deep],
    [{ list: Array.from({ length: 3000 }, (_, at) => at) }],
    [Object.fromEntries(Array.from({ length: 2000 }, (_, at) => [`f${at}`, at]))],
    [],
  ];
  const store = folderStore();
  const log = new RequestLog({ store, model: "churn", server: "a", sample: 1 });
  const { id, ...facts } = served(NOON);
  for (const [at, rows] of lists.entries()) {
    log.add({ ...facts, id: `${id}-${at}-values`, input: rows, output: rows });
    const json = Buffer.from(JSON.stringify(rows, null, at % 3));
    log.add({ ...facts, id: `${id}-${at}-json` }, () => ({ input: json, output: json }));
  }
  log.add({ ...facts, id: "one" }, () => ({ input: Buffer.from(' {"age": 7}\n'), output: Buffer.from('"yes"') }));
  log.add({ ...facts, id: "none" }, () => ({ input: Buffer.from("[1, 2"), output: null }));
  await log.close(60_000);
  const kept = new Map(
    read(store, { from: NOON, to: NOON + 1 }).flatMap(({ requests }) => requests.map((one) => [one.id, one])),
  );
  for (const at of lists.keys()) {
    const values = kept.get(`${id}-${at}-values`);
    expect(kept.get(`${id}-${at}-json`)).toEqual({ ...values, id: `${id}-${at}-json` });
    expect(values?.input).not.toBeNull();
  }
  expect(kept.get(`${id}-2-json`)?.input).toHaveLength(100);
  expect(kept.get("one")).toMatchObject({ input: [{ age: 7 }], output: ["yes"] });
  expect(kept.get("none")).toMatchObject({ input: null, output: null });
});
