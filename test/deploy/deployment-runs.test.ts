import fs from "node:fs";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import { type Datastore, datastoreOn } from "../../runtime/datastore/datastore.ts";
import { Fires } from "../../runtime/datastore/fires.ts";
import { fireKey } from "../../runtime/datastore/kinds/fire.ts";
import { localStorage } from "../../runtime/datastore/local/local-storage.ts";
import { newRunId } from "../../runtime/datastore/new-run-id.ts";
import { deploymentRuns } from "../../runtime/deploy/deployment-runs.ts";
import { counted } from "../rigs/counted-storage.ts";
import { temporaryFolder } from "../rigs/harness.ts";

const MINUTE_MS = 60_000;
const NAME = "ScoreFlow";
let folder: string;
let store: Datastore;
let calls: Record<string, number>;

beforeEach(() => {
  folder = temporaryFolder();
  const { storage, calls: counts } = counted(localStorage(folder));
  store = datastoreOn(storage);
  calls = counts;
});

/** A fire of that time. */
function fired(name: string, time: number): void {
  const trigger = { events: [], runs: [], scheduledAt: null };
  const of = { deployment: NAME, version: 1, run: newRunId(time), time, trigger, parameters: {} };
  new Fires(store.storage).decide(name, of);
  fs.utimesSync(path.join(folder, fireKey(NAME, name)), time / 1000, time / 1000);
}

function newest(limit: number): string[] {
  return deploymentRuns(store, NAME, { limit, flowOf: () => NAME }).map(({ fire }) => fire);
}

test("of 2,000 fires, whatever their names, only the newest are read", () => {
  const now = Date.now();
  for (let at = 0; at < 2000; at += 1) {
    const time = now - (2000 - at) * MINUTE_MS;
    fired([`batch-0a1b2c3d4e-${at}`, `argo-score-${(at * 7919) % 2000}`, `at-${at}`][at % 3] ?? "", time);
  }
  for (const call of Object.keys(calls)) calls[call] = 0;
  const names = newest(5);
  expect(names).toEqual([
    "argo-score-81",
    "batch-0a1b2c3d4e-1998",
    "at-1997",
    "argo-score-324",
    "batch-0a1b2c3d4e-1995",
  ]);
  expect(calls["walk"]).toBe(1);
  // Of each its fire, and that it has no run yet.
  expect((calls["read"] ?? 0) + (calls["has"] ?? 0)).toBeLessThan(50);
});

test("runs of a backfill that were fired just now come first, however old their instants are", () => {
  const now = Date.now();
  for (let at = 1; at <= 30; at += 1)
    fired(`at-202603${String(at).padStart(2, "0")}T060000Z`, now - at * 60 * MINUTE_MS);
  fired("at-20200101T060000Z", now);
  expect(newest(1)).toEqual(["at-20200101T060000Z"]);
});

test("in a store that was copied the fires' own times count", () => {
  const now = Date.now();
  for (let at = 0; at < 40; at += 1) fired(`argo-${at}`, now - at * 120 * MINUTE_MS);
  // A copy writes them in any order.
  for (let at = 0; at < 40; at += 1) {
    const time = now / 1000 + at * 10;
    fs.utimesSync(path.join(folder, fireKey(NAME, `argo-${at}`)), time, time);
  }
  expect(newest(3)).toEqual(["argo-0", "argo-1", "argo-2"]);
});

test("a fire in whose place something else lies is not told as decided", () => {
  const key = fireKey(NAME, "hand-1");
  fs.mkdirSync(path.join(folder, key), { recursive: true });
  expect(() => fired("hand-1", Date.now())).toThrow(
    `Cannot write ${key} because something is there that is not a record`,
  );
});
