import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { processSettings } from "../../../runtime/config.ts";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { fire } from "../../../runtime/deploy/local/fire.ts";
import { waitingOrder } from "../../../runtime/deploy/local/waiting-order.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { deployed, localFlows, storeFolder } from "./local-store.ts";
import { StartedScheduler } from "./started-scheduler.ts";

const MINUTE_MS = 60_000;

function order(...runs: readonly { id: string; priority: number; waitsMin: number }[]): string[] {
  const now = Date.now();
  const waiting = runs.map((run) => ({ ...run, time: now - run.waitsMin * MINUTE_MS }));
  return waitingOrder(waiting, now).map(({ id }) => id);
}

test("higher priority goes first, and of equals what has waited longest", () => {
  const runs = [
    { id: "late", priority: 1, waitsMin: 1 },
    { id: "early", priority: 1, waitsMin: 2 },
    { id: "high", priority: 3, waitsMin: 0 },
  ];
  expect(order(...runs)).toEqual(["high", "early", "late"]);
});

test("for every ten minutes of waiting a run counts as one of a priority higher by one", () => {
  const high = { id: "high", priority: 5, waitsMin: 0 };
  expect(order(high, { id: "low", priority: 0, waitsMin: 49 })).toEqual(["high", "low"]);
  // Equal by then, and longer there.
  expect(order(high, { id: "low", priority: 0, waitsMin: 51 })).toEqual(["low", "high"]);
  expect(order({ ...high, waitsMin: 9 }, { id: "low", priority: 4, waitsMin: 11 })).toEqual(["low", "high"]);
});

test("while runs of high priority come every minute, one of low priority gets its turn in the end", () => {
  const low = { id: "low", priority: 0, time: 0 };
  let waiting: { id: string; priority: number; time: number }[] = [low];
  let turn = 0;
  for (let minute = 0; turn === 0 && minute < 1000; minute += 1) {
    waiting.push({ id: `high-${minute}`, priority: 5, time: minute * MINUTE_MS });
    const [first] = waitingOrder(waiting, minute * MINUTE_MS);
    waiting = waiting.filter((run) => run !== first);
    if (first === low) turn = minute;
  }
  expect(turn).toBe(50);
});

test("a scheduler starts a run that has waited for an hour before one of higher priority", async () => {
  const flows = await localFlows({ datastore: storeFolder() });
  const store = openDatastore(flows.datastore);
  const settings = processSettings();
  const trigger = { events: [], runs: [], scheduledAt: null };
  const runs: string[] = [];
  for (const [priority, name] of [
    [5, "high"],
    [0, "low"],
    [2, "middle"],
  ] as const) {
    const version = deployed(flows, store, { name, queue: { name: "nightly", priority } });
    runs.push((await fire(store, version, { name: "hand-1", trigger, parameters: {}, settings })).run);
  }
  // As if the one of low priority had been ordered an hour ago.
  const note = path.join(flows.datastore, "inbox/fire~low~hand-1.json");
  const open = JSON.parse(fs.readFileSync(note, "utf8")) as { time: number };
  fs.writeFileSync(note, `${JSON.stringify({ ...open, time: open.time - 61 * MINUTE_MS })}\n`);
  const scheduler = new StartedScheduler({
    datastore: flows.datastore,
    cwd: temporaryFolder(),
    args: ["--slots", "1"],
  });
  const started = await scheduler.count("started", 3);
  const [high, low, middle] = runs;
  expect(started.map(({ run }) => run)).toEqual([low, high, middle]);
});
