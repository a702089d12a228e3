import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { saveArtifact } from "../../runtime/datastore/load-artifact.ts";
import { collectGarbage } from "../../runtime/datastore/maintenance/collect-garbage.ts";
import { checkStore } from "../../runtime/datastore/maintenance/check-store.ts";
import { type Datastore, openDatastore } from "../../runtime/datastore/datastore.ts";
import { parseRecord } from "../../runtime/datastore/parse-record.ts";
import type { ArtifactTable, AttemptResult, ResultLocator, TakenTransition } from "../../runtime/datastore/records.ts";
import { faultOfResult } from "../../runtime/datastore/kinds/result.ts";
import { careStore, storeRun } from "./maintenance/stored-run.ts";

const RUN = "20260101-000000000-abcde";
const LINEAR: TakenTransition = { kind: "linear", target: "next" };
const QUIET = { signal: new AbortController().signal, progress: () => undefined };

let made: ReturnType<typeof careStore>;
let store: Datastore;
beforeEach(() => ({ store } = made = careStore()));
afterEach(() => made.remove());

function valuesOf(count: number, seed = ""): ArtifactTable {
  const values = Array.from(
    { length: count },
    (_, at) => [`a${at}`, `${seed} value ${at} ${"x".repeat(300)}`] as const,
  );
  return Object.fromEntries(values.map(([name, value]) => [name, saveArtifact(store.blobs, name, value)]));
}

function resultOf(task: number, artifacts: ArtifactTable, more: Partial<AttemptResult> = {}): AttemptResult {
  const place = { flow: "Sample", run: RUN, step: "step", task, attempt: 0 };
  const times = { startedAt: 0, finishedAt: 1 };
  return { format: 1, ...place, status: "succeeded", ...times, artifacts, next: LINEAR, error: null, ...more };
}

/** Commits as a worker does, each result after another one. */
function committer(run = RUN) {
  const record = store.record("Sample", run);
  const writer = record.resultWriter();
  return {
    record,
    commit: (result: AttemptResult, before: ResultLocator | null = null) =>
      writer.write(record.based(result, before === null ? null : record.resultAt(before))),
  };
}

/** What a run's results take: its lines, and all blobs. */
function bytesStored(): number {
  const objects = [...store.storage.walk("flows"), ...store.storage.walk("blobs")];
  return objects.reduce((sum, { size }) => sum + size, 0);
}

function reopened(): Datastore {
  return openDatastore(made.folder);
}

function linesOf(run = RUN): string[] {
  const folder = path.join(made.folder, "flows/Sample", run, "results");
  return fs.readdirSync(folder).flatMap((name) => fs.readFileSync(path.join(folder, name), "utf8").trim().split("\n"));
}

test("tasks of a foreach over a table of 1,500 values take what each of them changed", () => {
  const { record, commit } = committer();
  const table = valuesOf(1500);
  const start = commit(resultOf(1, table, { next: { kind: "gang", target: "step", size: 300 } }));
  const before = bytesStored();
  const locators = Array.from({ length: 300 }, (_, at) => {
    const own = saveArtifact(store.blobs, "own", at);
    return commit(resultOf(at + 2, { ...table, own, a7: own }), start);
  });
  expect((bytesStored() - before) / 300).toBeLessThan(1500);
  const read = reopened().record("Sample", RUN);
  for (const [at, locator] of locators.entries()) {
    const own = saveArtifact(store.blobs, "own", at);
    expect(read.resultAt(locator)).toMatchObject({ task: at + 2, artifacts: { ...table, own, a7: own } });
  }
  expect(record.resultAt(start).artifacts).toEqual(table);
});

test("a chain of 300 steps that each change one of 500 values grows far slower than its tables", () => {
  const { commit } = committer();
  let table = valuesOf(500);
  let last = commit(resultOf(1, table));
  const tableSize = JSON.stringify(table).length;
  const tables = [table];
  for (let task = 2; task <= 300; task += 1) {
    table = { ...table, [`a${task}`]: saveArtifact(store.blobs, "a", `${task} ${"y".repeat(300)}`) };
    tables.push(table);
    last = commit(resultOf(task, table), last);
  }
  expect(bytesStored()).toBeLessThan(300 * tableSize * 0.15);
  const read = reopened().record("Sample", RUN);
  expect(read.resultAt(last).artifacts).toEqual(table);
  const all = [...read.committed()];
  expect(all).toHaveLength(300);
  for (const { result, locator } of all) expect(read.resultAt(locator).artifacts).toEqual(tables[result.task - 1]);
});

test("reading any result takes its line and one blob at most", () => {
  const { commit } = committer();
  let table = valuesOf(200);
  let last = commit(resultOf(1, table));
  for (let task = 2; task <= 60; task += 1) {
    table = { ...table, [`b${task}`]: saveArtifact(store.blobs, "b", task) };
    last = commit(resultOf(task, table), last);
  }
  for (const line of linesOf()) expect(line.match(/"blob":/g)?.length ?? 0).toBeLessThanOrEqual(1);
  const blobs = [...store.storage.walk("blobs")].map(({ key }) => fs.readFileSync(path.join(made.folder, key), "utf8"));
  expect(blobs.length).toBeGreaterThan(0);
  for (const text of blobs) expect(text.startsWith('{"a0":{"hash"')).toBe(true);
});

test("values that went, came back, changed their type or are named after a member of Object are as they were", () => {
  const { commit } = committer();
  const ref = (value: unknown) => saveArtifact(store.blobs, "v", value);
  const odd = JSON.parse(
    `{"__proto__": ${JSON.stringify(ref(1))}, "constructor": ${JSON.stringify(ref(2))}}`,
  ) as object;
  const base = valuesOf(100);
  const { a3: _, ...without } = base;
  const steps: ArtifactTable[] = [base, base, without, { ...without, ...odd }, { ...base, a4: ref(null) }, {}, base];
  let before: ResultLocator | null = null;
  const locators = steps.map((table, at) => (before = commit(resultOf(at + 1, table), before)));
  const read = reopened().record("Sample", RUN);
  for (const [at, table] of steps.entries()) {
    const found = read.resultAt(locators[at]!).artifacts;
    expect(Object.entries(found).sort()).toEqual(Object.entries(table).sort());
    expect(Object.getPrototypeOf(found)).toBe(Object.prototype);
  }
});

test("a table of a few kB stands whole in its line, as versions without bases wrote it", () => {
  const { commit } = committer();
  const table = valuesOf(5);
  const first = commit(resultOf(1, table, { next: { kind: "gang", target: "step", size: 1000 } }));
  commit(resultOf(2, { ...table, more: saveArtifact(store.blobs, "more", 1) }, {}), first);
  expect(linesOf().map((line) => JSON.parse(line) as object)).toMatchObject([
    { format: 1, artifacts: table },
    { format: 1, artifacts: table },
  ]);
  expect(linesOf().some((line) => line.includes('"base"'))).toBe(false);
  expect([...store.storage.walk("blobs")]).toEqual([]);
});

test("a reader that knows no bases refuses such a line as newer instead of missing values", () => {
  const { commit } = committer();
  const table = valuesOf(50);
  const gang: TakenTransition = { kind: "gang", target: "step", size: 9 };
  commit(resultOf(2, table), commit(resultOf(1, table, { next: gang })));
  for (const line of linesOf()) {
    expect(JSON.parse(line)).toMatchObject({ format: 2, artifacts: {} });
    expect(() => parseRecord(line, "results", faultOfResult)).toThrow(
      expect.objectContaining({ code: "MILLRACE_NEWER_FORMAT" }),
    );
  }
});

test("a run that went on from another one's result is whole without that run", () => {
  const first = committer("20260101-000000001-first");
  const table = valuesOf(100);
  const size = { kind: "gang", target: "step", size: 9 } as const;
  const origin = first.commit(resultOf(1, table, { run: "20260101-000000001-first", next: size }));
  const later = committer();
  const own = { ...table, own: saveArtifact(store.blobs, "own", 1) };
  const locator = later.commit(resultOf(2, own), origin);
  fs.rmSync(path.join(made.folder, "flows/Sample/20260101-000000001-first"), { recursive: true });
  expect(reopened().record("Sample", RUN).resultAt(locator).artifacts).toEqual(own);
});

test("bases survive random histories of changes, additions and removals", () => {
  const { commit } = committer();
  let state = 7;
  const random = (below: number) => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % below;
  const history: { table: ArtifactTable; locator: ResultLocator }[] = [{ table: {}, locator: commit(resultOf(1, {})) }];
  for (let task = 2; task <= 200; task += 1) {
    const before = history[Math.max(history.length - 1 - random(6), 0)]!;
    const table: Record<string, ArtifactTable[string]> = { ...before.table };
    for (let change = random(30); change >= 0; change -= 1) {
      const name = `n${random(120)}`;
      if (random(4) === 0) Reflect.deleteProperty(table, name);
      else table[name] = saveArtifact(store.blobs, name, `${random(50)}${"z".repeat(random(200))}`);
    }
    const next = random(3) === 0 ? ({ kind: "gang", target: "step", size: random(40) + 1 } as const) : LINEAR;
    history.push({ table, locator: commit(resultOf(task, table, { next }), before.locator) });
  }
  const read = reopened().record("Sample", RUN);
  for (const { table, locator } of history) expect(read.resultAt(locator).artifacts).toEqual(table);
});

test("gc keeps the table that results have in common and what it names; fsck tells of one that is gone", async () => {
  const large = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`big${at}`, Buffer.alloc(1500, at)]));
  const { run, folder, flow } = storeRun(store, { run: "20260102-000000000-basis", artifacts: { small: 1 } });
  const record = store.record(flow, run);
  const table = Object.fromEntries(
    Object.entries(large).map(([name, value]) => [name, saveArtifact(store.blobs, name, value)]),
  );
  const of = { flow, run, next: { kind: "gang", target: "step", size: 9 } } as const;
  const locator = record.resultWriter().write(record.based(resultOf(9, table, of), null));
  const old = new Date(Date.now() - 2 * 86_400_000);
  for (const { key } of [...store.storage.walk("blobs")]) fs.utimesSync(path.join(made.folder, key), old, old);
  await collectGarbage(store, { rules: [], flow: null, isDryRun: false, ...QUIET });
  const kept = reopened().record(flow, run).resultAt(locator);
  expect(kept.artifacts).toEqual(table);
  const options = { isQuick: false, isRepair: false, copyOf: null, ...QUIET };
  expect((await checkStore(reopened(), options)).problems).toEqual([]);
  const blob = kept.base!.blob;
  fs.rmSync(path.join(made.folder, "blobs/sha256", blob.slice(0, 2), blob.slice(2)));
  const { problems } = await checkStore(reopened(), options);
  expect(problems).toMatchObject([{ kind: "blob", seen: "it is not there" }]);
  expect(JSON.stringify(problems)).toContain("table of artifacts");
  expect(folder).toContain(run);
});
