import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { blobKey } from "../../../runtime/datastore/blob-key.ts";
import { KINDS } from "../../../runtime/datastore/kinds/index.ts";
import { KindTable } from "../../../runtime/datastore/kinds/kind-table.ts";
import { leaseKey } from "../../../runtime/datastore/maintenance/held-lease.ts";
import {
  checkpointKey,
  documentKey,
  jobsFolder,
  journalKey,
  logKey,
  segmentKey,
  stopKey,
  tagsFolder,
} from "../../../runtime/datastore/run-keys.ts";
import { eventsFolder } from "../../../runtime/datastore/task-events.ts";
import { toldCaseKey, toldItemsKey } from "../../../runtime/datastore/telling-task.ts";
import { ROOT } from "../../rigs/harness.ts";

const table = new KindTable(KINDS);
const RUN = { flow: "HarvestFlow", run: "20261123-051946984-ah1bw" };
const HASH = "ab".repeat(32);

test("the page of the datastore's format lists the keys of every kind, and no others", () => {
  const page = fs.readFileSync(path.join(ROOT, "docs/datastore.md"), "utf8");
  const [, listed = ""] = /```\n(millrace\.json[^]*?)```/.exec(page) ?? [];
  const rows = listed.trimEnd().split("\n");
  const told = rows.map((row) => /^(\S+(?: hex>\S*)*)\s*(.*)$/.exec(row.replace(/<(\d+) hex>/g, "<$1_hex>"))?.slice(1));
  const keys = KINDS.flatMap((kind) => kind.keys.map(({ key, is }) => [key.replace(/<(\d+) hex>/g, "<$1_hex>"), is]));
  expect(told.sort()).toEqual(keys.sort());
});

test.each([
  ["run", documentKey(RUN)],
  ["run", documentKey({ ...RUN, root: "spins" })],
  ["journal", journalKey(RUN)],
  ["journal", journalKey({ ...RUN, root: "spins" })],
  ["task event", `${eventsFolder(RUN)}/2/5.1/3.0-1-failed.json`],
  ["task event", `${eventsFolder(RUN)}/0-done.json`],
  ["told", toldItemsKey({ deployment: "score", fire: "a-1", step: "fan", at: "0.3" })],
  ["told", toldCaseKey({ deployment: "score", fire: "a-1", step: "pick", at: "" })],
  ["result", segmentKey(`flows/${RUN.flow}/${RUN.run}`, "28535-641741fb088f")],
  ["log", logKey({ ...RUN, step: "reap", task: 3, attempt: 0 })],
  ["checkpoint", checkpointKey({ ...RUN, step: "reap", path: "0/1.0" })],
  ["tags", `${tagsFolder(RUN)}/001795420024840-2d8cccb7.json`],
  ["stop", stopKey(RUN)],
  ["job", `${jobsFolder(RUN, "g")}/outcome-3.json`],
  ["blob", blobKey(HASH)],
  ["gc", leaseKey(7)],
])("%s is the kind of %s", (name, key) => {
  expect(table.of(key)?.kind.name).toBe(name);
});

test.each([
  "notes.txt",
  "flows/F/r/notes.txt",
  "flows/F/r/journal.jsonl.000001",
  "blobs/sha256/ab/short",
  "cache/x.json",
])("%s is of no kind", (key) => {
  expect(table.of(key)).toBeNull();
});

test("each key of the golden store has a kind that reads it", () => {
  const golden = path.join(ROOT, "test/datastore/golden/v1/store");
  const files = fs.readdirSync(golden, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(20);
  for (const file of files) {
    const full = path.join(file.parentPath, file.name);
    const key = path.relative(golden, full);
    const found = table.of(key);
    expect(found, key).not.toBeNull();
    if (found === null || found.form === "bytes") continue;
    const text = fs.readFileSync(full, "utf8");
    const records = found.form === "whole" ? [text] : text.trimEnd().split("\n");
    for (const record of records) {
      const parsed = found.kind.parse?.(record, key);
      for (const reference of found.kind.references?.(parsed) ?? []) expect(typeof reference.to, key).toBe("string");
    }
  }
});

test("every kind has its own name, and tells what is lost without it and how to fix that", () => {
  const names = KINDS.map(({ name }) => name);
  expect([...new Set(names)]).toEqual(names);
  const at = { key: "a/key", ...RUN, step: "reap", name: "3" };
  for (const kind of KINDS) expect([kind.title(at), kind.fix(at), ...kind.loses(at)].join("")).not.toMatch(/undefined/);
});
