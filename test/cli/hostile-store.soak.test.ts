import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { diffCommand } from "../../runtime/cli/commands/diff/command.ts";
import { dumpCommand } from "../../runtime/cli/commands/dump/command.ts";
import { logsCommand } from "../../runtime/cli/commands/logs/command.ts";
import { runsCommand } from "../../runtime/cli/commands/runs/command.ts";
import { statusCommand } from "../../runtime/cli/commands/status/command.ts";
import { tagCommand } from "../../runtime/cli/commands/tag/command.ts";
import { collectGarbage } from "../../runtime/datastore/maintenance/collect-garbage.ts";
import { openDatastore } from "../../runtime/datastore/datastore.ts";
import { ownRuns } from "../../runtime/datastore/reader/run-owner.ts";
import { readOrigin } from "../../runtime/launch/plan/read-origin.ts";
import { originTask } from "../../runtime/launch/spin/origin-task.ts";
import { Flow, Run } from "../../sdk/client/index.ts";
import { isMillraceError } from "../../sdk/base/millrace-error.ts";
import { checkFolder } from "../datastore/maintenance/check-folder.ts";
import { SampleRun, sampleStore, WHOLE } from "../datastore/sample-store.ts";
import { temporaryFolder } from "../rigs/harness.ts";
import { Captured } from "./command-runner.ts";

const owner = ownRuns({ username: "ada" });
const SECRET = "nobody may read this";
const DISPLAY = Symbol.for("Jupyter.display");
const RUN = "flows/Sample/r2";

let parent: string;
let folder: string;
let outside: string;

beforeEach(() => {
  parent = temporaryFolder();
  folder = path.join(parent, "store");
  outside = path.join(parent, "outside");
  const sample = sampleStore();
  for (const run of ["r1", "r2"]) {
    const record = new SampleRun(sample.store, run)
      .events(...WHOLE)
      .log({ step: "train", task: 2 }, [["out", "hello"]]);
    const tasks = { start: 1, train: 2, join: 4, end: 5 };
    for (const [step, task] of Object.entries(tasks))
      record.result({ step, task }, { score: Buffer.alloc(2000, task) });
    record.result({ step: "train", task: 3 }, {});
  }
  sample.store.blobs.settle();
  fs.cpSync(sample.folder, folder, { recursive: true });
  sample.remove();
  fs.mkdirSync(outside);
  // Whatever record is looked for behind a link, there is one.
  for (const name of ["run.json", "journal.jsonl", "9-0.log", "2-0.log", "secret"])
    fs.writeFileSync(path.join(outside, name), `1 o ${SECRET}\n`);
});

/** All that reads a store, or changes it. */
const LOOKS: Readonly<Record<string, () => unknown>> = {
  runs: () => printed(runsCommand),
  "runs --json": () => printed(runsCommand, "--json"),
  status: () => printed(statusCommand, "r2"),
  "status --json": () => printed(statusCommand, "r2", "--json"),
  dump: () => printed(dumpCommand, "r2"),
  "dump --json": () => printed(dumpCommand, "r2", "--json"),
  logs: () => printed(logsCommand, "r2"),
  "logs --json": () => printed(logsCommand, "r2/train", "--json"),
  diff: () => printed(diffCommand, "r1", "r2"),
  "tag list": () => printed(tagCommand, "list", "r2"),
  "tag add": () => printed(tagCommand, "add", "r2", "seen"),
  client: clientTexts,
  resume: () => readOrigin(openDatastore(folder), { ...sampleGraph(), run: "r2", again: new Set() }),
  spin: () =>
    originTask(openDatastore(folder), { step: "train", pathspec: "r2", flow: "Sample", steps: ["train"], owner }),
  "gc --dry-run": () => collect(true),
  fsck: () => checkFolder(folder),
  "fsck --repair": () => checkFolder(folder, { isRepair: true }),
  gc: () => collect(false),
};

const EVIL_NAMES = ["../../../outside", "..", ".", "", "/etc", "a/b", "a\\..\\b", "C:x", "a\0b", "x".repeat(5000)];
const EVIL_VALUES: readonly unknown[] = [null, 7, -1, 1e300, "text", [], {}, [[]], { toString: 1 }, true];

describe("a name in a record that leads out of the store", () => {
  test.each(EVIL_NAMES.map((name) => [JSON.stringify(name).slice(0, 40), name]))("%s", async (_, name) => {
    for (const attack of [
      () => document((run) => (run.run = name)),
      () => document((run) => (run.flow = name)),
      () => document((run) => (run.originRun = name)),
      () => document((run) => (run.code = name)),
      () => document((run) => (run.graph.steps[1].name = name)),
      () => journal((event) => "step" in event && (event.step = name)),
      () => journal((event) => "result" in event && (event.result = `${name}/train/2/0/train-2/0`)),
      () => journal((event) => "result" in event && (event.result = `r2/${name}/2/0/${name}/0`)),
      () => results((result) => (result.step = result.run = name)),
      () => results((result) => (result.artifacts.score.hash = name)),
    ])
      await survives(attack);
  });
});

describe("a value of another kind in a record", () => {
  test.each(EVIL_VALUES.map((value) => [JSON.stringify(value), value]))("%s", async (_, value) => {
    for (const field of ["graph", "tags", "parameters", "createdAt", "stepCode", "versions", "project", "environments"])
      await survives(() => document((run) => (run[field] = value)));
    for (const field of ["task", "source", "next", "path", "time", "attempt", "status", "reason"])
      await survives(() => journal((event) => field in event && (event[field] = value)));
    for (const field of ["artifacts", "next", "finishedAt", "error"])
      await survives(() => results((result) => (result[field] = value)));
  });

  test("or nested so deep that no call may follow it", async () => {
    const deep = `${'{"a":['.repeat(50_000)}1${"]}".repeat(50_000)}`;
    await survives(() => document((run) => (run.versions = "DEEP"), deep));
    await survives(() => journal((event) => "next" in event && (event.next = "DEEP"), deep));
    await survives(() => results((result) => (result.gpu = "DEEP"), deep));
    for (const key of [
      "millrace.json",
      "gc/removing.json",
      "gc/lease-1.json",
      `${RUN}/heartbeat.json`,
      `${RUN}/tags/1.json`,
    ])
      await survives(() => put(key, deep));
  });
});

const FILES = [
  "millrace.json",
  `${RUN}/run.json`,
  `${RUN}/journal.jsonl`,
  `${RUN}/heartbeat.json`,
  `${RUN}/results/train-2.jsonl`,
  `${RUN}/logs/train/2-0.log`,
  `${RUN}/tags/000001767323045000-00000000.json`,
  "gc/removing.json",
  "gc/lease-1.json",
  `cache/ab/${"0".repeat(62)}.json`,
  `blobs/sha256/ab/${"0".repeat(62)}`,
];
const FOLDERS = ["flows", "flows/Sample", RUN, `${RUN}/results`, `${RUN}/logs`, `${RUN}/logs/train`, `${RUN}/tags`];

describe("in the place of a file", () => {
  test.each(FILES)("%s: a link, a pipe, a hole larger than the disk", async (key) => {
    await survives(() => replace(key, (place) => fs.symlinkSync(path.join(outside, "secret"), place)));
    await survives(() => replace(key, (place) => fs.symlinkSync("/dev/zero", place)));
    await survives(() => replace(key, (place) => execFileSync("mkfifo", [place])));
    await survives(() => replace(key, (place) => fs.mkdirSync(place)));
    await survives(() => replace(key, hole));
  });
});

describe("in the place of a folder", () => {
  test.each([...FOLDERS, "blobs", "cache", "gc"])("%s: a link, a pipe, a file", async (key) => {
    await survives(() => replace(key, (place) => fs.symlinkSync(outside, place)));
    await survives(() => replace(key, (place) => execFileSync("mkfifo", [place])));
    await survives(() => replace(key, (place) => fs.writeFileSync(place, SECRET)));
  });
});

/** Every look ends soon, with a result or an error that a user can mend, and nothing outside is read or changed. */
async function survives(attack: () => void): Promise<void> {
  const whole = `${folder}-whole`;
  fs.cpSync(folder, whole, { recursive: true });
  attack();
  const before = picture();
  for (const [name, look] of Object.entries(LOOKS)) {
    const startedAt = performance.now();
    const outcome = await outcomeOf(look);
    expect(outcome, name).not.toMatch(/bug|not millrace/);
    expect(outcome, name).not.toContain(SECRET);
    expect(performance.now() - startedAt, name).toBeLessThan(20_000);
    expect(picture(), name).toEqual(before);
  }
  fs.rmSync(folder, { recursive: true, force: true });
  fs.renameSync(whole, folder);
}

async function outcomeOf(look: () => unknown): Promise<string> {
  try {
    return inspect(await look(), { depth: 20, maxStringLength: 500 });
  } catch (error) {
    if (!isMillraceError(error)) return `not millrace's: ${(error as Error).stack}`;
    return error.code === "MILLRACE_BUG" ? `bug: ${error.stack}` : error.message;
  }
}

function picture(): unknown {
  const names = fs.readdirSync(parent).filter((name) => !name.startsWith("store"));
  const files = fs.readdirSync(outside).sort();
  return { names, files: files.map((name) => [name, fs.readFileSync(path.join(outside, name), "utf8")]) };
}

async function printed(make: Parameters<Captured["run"]>[0], ...argv: string[]): Promise<string> {
  const { text, notes, json } = await new Captured(() => openDatastore(folder)).run(make, ...argv);
  return text + notes + JSON.stringify(json);
}

async function clientTexts(): Promise<string> {
  const flow = await Flow.get("Sample", { datastore: folder });
  const run = await Run.get("Sample/r2", { datastore: folder });
  const tasks = await run.tasks().toArray();
  const texts: unknown[] = [];
  for (const one of [flow, run, ...tasks])
    texts.push(await (one as never as Record<symbol, () => unknown>)[DISPLAY]!.call(one));
  for (const task of tasks) texts.push(await task.logs());
  return inspect([run, tasks, texts], { depth: 5 });
}

function collect(isDryRun: boolean): unknown {
  const { signal } = new AbortController();
  return collectGarbage(openDatastore(folder), { rules: [], flow: null, isDryRun, signal, progress: () => undefined });
}

function sampleGraph(): Pick<Parameters<typeof readOrigin>[1], "flow" | "graph"> {
  return { flow: "Sample", graph: openDatastore(folder).record("Sample", "r1").document().graph };
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- an attacker keeps to no type
type Change = (record: any) => unknown;

function document(change: Change, deep = ""): void {
  changeLines(`${RUN}/run.json`, { change, deep });
}

function journal(change: Change, deep = ""): void {
  changeLines(`${RUN}/journal.jsonl`, { change, deep });
}

function results(change: Change, deep = ""): void {
  changeLines(`${RUN}/results/train-2.jsonl`, { change, deep });
}

function changeLines(key: string, { change, deep }: { change: Change; deep: string }): void {
  const file = path.join(folder, key);
  const records = fs
    .readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as object);
  for (const record of records) change(record);
  const text = records.map((record) => JSON.stringify(record).replace('"DEEP"', () => deep)).join("\n");
  fs.writeFileSync(file, `${text}\n`);
}

function put(key: string, text: string): void {
  replace(key, (place) => fs.writeFileSync(place, text));
}

function replace(key: string, make: (place: string) => void): void {
  const place = path.join(folder, key);
  fs.rmSync(place, { recursive: true, force: true });
  fs.mkdirSync(path.dirname(place), { recursive: true });
  make(place);
}

function hole(place: string): void {
  fs.writeFileSync(place, "");
  fs.truncateSync(place, 2e12);
}

afterEach(() => {
  for (const name of ["store", "store-whole"]) fs.rmSync(path.join(parent, name), { recursive: true, force: true });
});
