import fs from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { loadArtifacts } from "../../runtime/datastore/load-artifact.ts";
import { type Datastore, openDatastore } from "../../runtime/datastore/datastore.ts";
import { logText } from "../../runtime/datastore/stored-log-line.ts";
import { listRuns } from "../../runtime/datastore/reader/list-runs.ts";
import { readRun, readRunHeader } from "../../runtime/datastore/reader/read-run.ts";
import { isMillraceError } from "../../sdk/base/millrace-error.ts";
import { millrace, ROOT, temporaryFolder } from "../rigs/harness.ts";

const HELLO = path.join(ROOT, "examples/hello.ts");

/** What a file may hold that Millrace never wrote. */
const DAMAGE: Readonly<Record<string, (real: Buffer) => Buffer>> = {
  nothing: () => Buffer.alloc(0),
  "zero bytes": () => Buffer.alloc(5000),
  "half of it": (real) => real.subarray(0, real.length >> 1),
  "one bit that is another": flipped,
  "a string of JSON": () => Buffer.from('"json"\n'),
  "null and __proto__": () => Buffer.from('null\n{"__proto__":{"format":1},"format":1,"type":"__proto__"}\n'),
  "another kind of record": () => Buffer.from('{"format":1,"flow":[],"run":{},"tags":7,"createdAt":"x"}\n'),
  "deep nesting": () => Buffer.from(`${"[".repeat(100_000)}\n`),
  "a megabyte without a newline": () => Buffer.alloc(1 << 20, "x"),
};

const PLACES = ["run.json", "journal.jsonl", "results", "logs", "heartbeat.json", "millrace.json", "blobs"];

let whole: string;
beforeAll(async () => {
  whole = path.join(temporaryFolder(), "store");
  const { code, stderr } = await millrace(["run", HELLO], { datastore: whole });
  expect(code, stderr).toBe(0);
});

describe.each(Object.entries(DAMAGE))("%s", (_, damage) => {
  test.each(PLACES)("in place of %s is an error that says so, or changes nothing; it is never a bug", (place) => {
    const folder = temporaryFolder();
    fs.cpSync(whole, folder, { recursive: true });
    for (const file of filesOf(folder, place)) fs.writeFileSync(file, damage(fs.readFileSync(file)));
    for (const look of LOOKS) expect(outcomeOf(() => look(openDatastore(folder)))).toMatch(/^(fine|MILLRACE_)/);
  });
});

/** What commands read. */
const LOOKS: readonly ((store: Datastore) => unknown)[] = [
  (store) => eachRun(store).map((at) => readRun(store, at)),
  (store) => eachRun(store).map((at) => readRunHeader(store, at)),
  (store) =>
    eachRun(store)
      .flatMap(({ flow }) => [...listRuns(store, { flow })])
      .map(({ tags }) => tags.join()),
  (store) => eachRun(store).map(({ flow, run }) => [...store.record(flow, run).events()].map(({ type }) => type)),
  (store) => eachRun(store).map(({ flow, run }) => [...store.record(flow, run).committed()]),
  (store) => eachRun(store).map(({ flow, run }) => store.record(flow, run).heartbeat()?.time),
  (store) =>
    eachRun(store).map((at) =>
      readRun(store, at).tasks.map(({ step, task, attempt, result }) => {
        const record = store.record(at.flow, at.run);
        logText(record.log({ step, task, attempt }));
        return result === null ? null : loadArtifacts(store.blobs, record.resultAt(result).artifacts);
      }),
    ),
];

function eachRun(store: Datastore): { flow: string; run: string }[] {
  return store.flows().flatMap((flow) => store.runs(flow).map((run) => ({ flow, run })));
}

function outcomeOf(look: () => unknown): string {
  try {
    look();
    return "fine";
  } catch (error) {
    return isMillraceError(error) && error.code !== "MILLRACE_BUG" ? error.code : `bug: ${(error as Error).stack}`;
  }
}

function filesOf(folder: string, place: string): string[] {
  const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => path.join(entry.parentPath, entry.name));
  return paths.filter((file) => path.relative(folder, file).split(path.sep).includes(place));
}

function flipped(real: Buffer): Buffer {
  const copy = Buffer.from(real);
  const at = copy.length >> 1;
  if (at < copy.length) copy[at] = copy[at]! ^ 4;
  return copy;
}
