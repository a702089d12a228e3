import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Datastore, datastoreOn } from "../../runtime/datastore/datastore.ts";
import { headLine } from "../../runtime/datastore/kinds/journal.ts";
import { checkStore } from "../../runtime/datastore/maintenance/check-store.ts";
import { JournalTail, lastEvent } from "../../runtime/datastore/reader/journal-tail.ts";
import { listRuns } from "../../runtime/datastore/reader/list-runs.ts";
import { findRuns } from "../../runtime/datastore/maintenance/run-facts.ts";
import { thisMachine } from "../../runtime/datastore/reader/is-alive.ts";
import { readRun, readRunHeader } from "../../runtime/datastore/reader/read-run.ts";
import type { RunEvent } from "../../runtime/datastore/run-event.ts";
import { journalKey } from "../../runtime/datastore/run-keys.ts";
import { readRow } from "../../runtime/web/server/read-row.ts";
import { SampleRun, sampleStore, WHOLE } from "./sample-store.ts";

const FSCK = { isQuick: true, isRepair: false, copyOf: null } as const;
const PLACE = { flow: "Sample", run: "r1" };

let store: Datastore;
let folder: string;
let remove: () => void;
let whole: readonly RunEvent[];
let lines: readonly string[];

/** A whole run whose journal is then cut where a test wants. */
beforeEach(() => {
  ({ store, folder, remove } = sampleStore());
  const sample = new SampleRun(store, "r1", { mayContinue: true });
  sample.events(...WHOLE);
  whole = [...sample.record.events()];
  lines = whole.map((event) => `${JSON.stringify(event)}\n`);
  write(1, "");
});
afterEach(() => remove());

function write(claim: number, text: string): void {
  fs.writeFileSync(path.join(folder, journalKey(PLACE, claim)), text);
}

function add(claim: number, text: string): void {
  fs.appendFileSync(path.join(folder, journalKey(PLACE, claim)), text);
}

function first(count: number): string {
  return lines.slice(0, count).join("");
}

function rest(from: number, to?: number): string {
  return lines.slice(from, to).join("");
}

function head(after: number, before: string): string {
  return headLine({ after, bytes: before.length, time: 1 });
}

function document() {
  return store.record(PLACE.flow, PLACE.run).document();
}

const LATE: RunEvent = { type: "run-finished", time: 9, status: "failed", reason: "written by a scheduler that slept" };

test("what each scheduler wrote is one journal, without what one wrote after another had gone on", async () => {
  write(1, `${first(3)}${lines[3]?.slice(0, 10)}`);
  write(2, `${head(1, first(3))}${rest(3, 6)}`);
  write(3, `${head(2, `${head(1, first(3))}${rest(3, 6)}`)}${rest(6)}`);
  add(2, `${JSON.stringify(LATE)}\n`);
  expect([...store.record("Sample", "r1").events()]).toEqual(whole);
  expect([...new JournalTail(store.storage, document()).next()]).toEqual(whole);
  expect([...new JournalTail(store.storage, document(), 5).next()]).toEqual(whole.slice(5));
  expect(lastEvent(store.storage, document())).toEqual(whole.at(-1));
  expect(readRun(store, PLACE).status).toBe("succeeded");
  expect(readRow(store, PLACE).status).toBe("succeeded");
  const { signal } = new AbortController();
  const { problems } = await checkStore(store, { ...FSCK, signal, progress: () => undefined });
  expect(problems.filter(({ kind }) => kind === "journal")).toEqual([]);
});

test("an end that a scheduler wrote which had slept decides nothing while another one goes on with the run", () => {
  write(1, `${first(3)}${JSON.stringify(LATE)}\n`);
  write(2, `${head(1, first(3))}${rest(3, 5)}`);
  expect(lastEvent(store.storage, document())).toEqual(whole[4]);
  expect(readRunHeader(store, PLACE).finishedAt).toBeNull();
  expect(readRow(store, PLACE).finishedAt).toBeNull();
  add(2, rest(5));
  expect(readRunHeader(store, PLACE)).toMatchObject({ status: "succeeded", finishedAt: whole.at(-1)?.time });
  expect(readRow(store, PLACE)).toMatchObject({ status: "succeeded", finishedAt: whole.at(-1)?.time });
});

test("a scheduler that died before its first whole line changes nothing, and the one after it follows the one before", () => {
  write(1, first(4));
  write(2, head(1, first(4)).slice(0, -1));
  expect([...store.record("Sample", "r1").events()]).toEqual(whole.slice(0, 4));
  expect(readRunHeader(store, PLACE).finishedAt).toBeNull();
  write(3, `${head(1, first(2))}${rest(2)}`);
  expect([...store.record("Sample", "r1").events()]).toEqual(whole);
});

test("who follows a journal goes on with what the next scheduler writes", () => {
  const tail = new JournalTail(store.storage, document());
  write(1, first(2));
  expect([...tail.next()]).toEqual(whole.slice(0, 2));
  add(1, lines[2] ?? "");
  write(2, head(1, first(3)));
  expect([...tail.next()]).toEqual(whole.slice(2, 3));
  add(2, rest(3, 5));
  expect([...tail.next()]).toEqual(whole.slice(3, 5));
  write(3, `${head(2, `${head(1, first(3))}${rest(3, 5)}`)}${rest(5)}`);
  expect([...tail.next()]).toEqual(whole.slice(5));
  expect([...tail.next()]).toEqual([]);
});

test("of a run that none may go on with, what lies beside its journal is not read", () => {
  const sample = new SampleRun(store, "r2");
  sample.events(...WHOLE);
  const other = { flow: "Sample", run: "r2" };
  fs.writeFileSync(path.join(folder, journalKey(other, 2)), headLine({ after: 1, bytes: 0, time: 1 }));
  expect(readRun(store, other).status).toBe("succeeded");
});

test.each([
  ["a list of runs", (of: Datastore) => [...listRuns(of, { flow: "Sample" })].map(({ run }) => run)],
  ["gc", (of: Datastore) => [...findRuns(of, thisMachine).runs.values()].map(({ run }) => run)],
])("%s announces the parts of journals that it looks up where each look is a request", (_, runsIn) => {
  new SampleRun(store, "r2").events(...WHOLE);
  write(1, lines.join(""));
  const announced = new Set<string>();
  const late: string[] = [];
  const { ahead, list } = store.storage;
  const remote = datastoreOn({
    ...store.storage,
    isRemote: true,
    ahead: (wants) => {
      for (const { op, key } of wants) announced.add(`${op} ${key}`);
      ahead(wants);
    },
    list: (key) => {
      if (/^flows\/Sample\/[^/]+$/.test(key) && !announced.has(`list ${key}`)) late.push(key);
      return list(key);
    },
  });
  expect(runsIn(remote).sort()).toEqual(["r1", "r2"]);
  expect(late).toEqual([]);
  // Of a run that only one scheduler can have there is nothing to look up.
  expect([announced.has("list flows/Sample/r1"), announced.has("list flows/Sample/r2")]).toEqual([true, false]);
});
