import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Datastore } from "../../../runtime/datastore/datastore.ts";
import { Deployments } from "../../../runtime/datastore/deployments.ts";
import { Inbox } from "../../../runtime/datastore/inbox.ts";
import { toldItemsKey } from "../../../runtime/datastore/telling-task.ts";
import { deployed } from "../../deploy/version-of.ts";
import { collectIn } from "./collect-in.ts";
import { ageFiles, careStore, DAY_MS, storeRun } from "./stored-run.ts";

let store: Datastore;
let folder: string;
let remove: () => void;
beforeEach(() => ({ store, folder, remove } = careStore()));
afterEach(() => remove());

const TRIGGER = { events: [], runs: [], scheduledAt: null } as const;

function notes(): void {
  const inbox = new Inbox(store.storage);
  inbox.finished({ flow: "Sample", run: "a-1" });
  inbox.published("e1");
  inbox.changes("nightly", 3);
  const open = { time: 1, deployment: "nightly", version: 1, flow: "Sample", run: "a-9", trigger: TRIGGER } as const;
  inbox.open("hand-1", { ...open, parameters: {}, queue: null, isInTurn: false });
  const of = { deployment: "nightly", fire: "x1", step: "start", at: "" };
  store.storage.write(toldItemsKey(of), [Buffer.from("[0,1]")]);
}

function left(): string[] {
  return fs.readdirSync(path.join(folder, "inbox")).sort();
}

test("gc removes notes that no scheduler took for a month; of an open fire it keeps all", async () => {
  storeRun(store, { run: "a-1" });
  notes();
  ageFiles(path.join(folder, "inbox"), 29 * DAY_MS);
  expect((await collectIn(store, { keep: [] })).removed.notes.count).toBe(0);
  ageFiles(path.join(folder, "inbox"), 31 * DAY_MS);
  ageFiles(path.join(folder, "told"), 31 * DAY_MS);
  expect((await collectIn(store, { keep: [], isDryRun: true })).removed.notes.count).toBe(4);
  expect(left()).toHaveLength(4);
  expect((await collectIn(store, { keep: [] })).removed.notes.count).toBe(4);
  expect(left()).toEqual(["fire~nightly~hand-1.json"]);
  expect([...store.storage.walk("told")]).toEqual([]);
});

test.each([
  ["stay while a deployment is on that schedulers run", "local", false, ["event~e1.json", "finished~Sample~a-1.json"]],
  ["go where such a deployment is paused", "local", true, []],
  ["go where another target runs what is deployed", "airflow", false, []],
])("notes of events and ended runs %s", async (_, target, isPaused, kept) => {
  storeRun(store, { run: "a-1" });
  const { version } = deployed(store, { deployment: "nightly", target });
  const pause = { action: "pause", version, isPaused: true, username: "ada" } as const;
  if (isPaused) new Deployments(store.storage).move("nightly", { expected: 1, ...pause });
  notes();
  ageFiles(path.join(folder, "inbox"), 400 * DAY_MS);
  await collectIn(store, { keep: [] });
  expect(left().filter((name) => !name.startsWith("fire~"))).toEqual(kept);
});

test.each(["finished~x.json", "finished~.json", "finished~..~...json", "fire~x.json"])(
  "gc passes over %s, which nobody wrote as a note",
  async (name) => {
    storeRun(store, { run: "a-1" });
    notes();
    fs.writeFileSync(path.join(folder, "inbox", name), "");
    ageFiles(path.join(folder, "inbox"), 31 * DAY_MS);
    expect((await collectIn(store, { keep: [] })).removed.notes.count).toBe(3);
    expect(left()).toEqual([name, "fire~nightly~hand-1.json"].sort());
    expect(new Inbox(store.storage).names().finished).toEqual([]);
  },
);

test("more notes than are removed at once go in one gc", async () => {
  const inbox = new Inbox(store.storage);
  storeRun(store, { run: "a-1" });
  inbox.finished({ flow: "Sample", run: "a-1" });
  for (let run = 0; run < 300; run += 1) fs.writeFileSync(path.join(folder, `inbox/finished~Gone~a-${run}.json`), "");
  expect((await collectIn(store, { keep: [] })).removed.notes.count).toBe(300);
  expect(left()).toEqual(["finished~Sample~a-1.json"]);
});

test("the note that a run has ended goes with the run", async () => {
  storeRun(store, { run: "a-2" });
  notes();
  expect((await collectIn(store, { keep: [] })).removed.notes.count).toBe(1);
  expect(left()).not.toContain("finished~Sample~a-1.json");
});
