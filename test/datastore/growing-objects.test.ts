import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { constants } from "node:buffer";
import { afterAll, beforeAll, expect, test } from "vitest";
import { datastoreOn } from "../../runtime/datastore/datastore.ts";
import { linesOf } from "../../runtime/datastore/lines-of.ts";
import { localStorage } from "../../runtime/datastore/local/local-storage.ts";
import { LogTail } from "../../runtime/datastore/reader/log-tail.ts";
import { readRun, RunFollower } from "../../runtime/datastore/reader/read-run.ts";
import { journalKey, logKey } from "../../runtime/datastore/run-keys.ts";
import type { Piece, Storage } from "../../runtime/datastore/storage.ts";
import { TaskLogs } from "../../sdk/client/task-logs.ts";
import { memoryStorage } from "../../sdk/testing/memory-storage.ts";
import { SampleRun, started, succeeded } from "./sample-store.ts";

const OF = { flow: "Sample", run: "r1" };
const LOG = { ...OF, step: "start", task: 1, attempt: 0 };
const MIB = 2 ** 20;

let folder = "";
beforeAll(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "millrace-growing-"))));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** A storage in which one object consists of pieces that are made when they are asked for. */
function withHuge(key: string, pieces: () => Generator<Buffer>): Storage {
  const storage = memoryStorage();
  const tailOf = (): { next(): Piece } => {
    const all = pieces();
    return {
      next() {
        const { value, done = false } = all.next();
        return { bytes: value ?? Buffer.alloc(0), isLast: done };
      },
    };
  };
  return {
    ...storage,
    tail(asked) {
      if (asked !== key) return storage.tail(asked);
      const { next } = tailOf();
      return { next, nextSoon: next };
    },
  };
}

/** In pieces that end in the middle of a line, as files are read. */
function* cut(lines: Iterable<string>): Generator<Buffer> {
  let text = "";
  for (const line of lines) {
    text += line;
    if (text.length < MIB) continue;
    yield Buffer.from(text.slice(0, -10));
    text = text.slice(-10);
  }
  yield Buffer.from(text);
}

test("a journal beyond the length of a string is folded: each failed task is there, and what comes behind", () => {
  const stack = "x".repeat(24_000);
  const failures = Math.ceil(constants.MAX_STRING_LENGTH / stack.length) + 1000;
  function* lines(): Generator<string> {
    yield `${JSON.stringify({ type: "run-started", time: 1 })}\n`;
    for (let task = 1; task <= failures; task += 1) {
      const source = { kind: "child", split: 0, index: task };
      const place = { time: task, task, attempt: 0 };
      yield `${JSON.stringify({ type: "task-started", ...place, step: "train", source, path: `0/1.${task}` })}\n`;
      const error = { name: "Error", message: "no", stack };
      yield `${JSON.stringify({ type: "task-failed", ...place, error, retryAt: null, isCancelled: false })}\n`;
    }
    yield `${JSON.stringify({ type: "run-finished", time: 9, status: "failed", reason: null })}\nhalf a li`;
  }
  const storage = withHuge(journalKey(OF), () => cut(lines()));
  const store = datastoreOn(storage);
  new SampleRun(store, "r1");
  const { tasks } = readRun(store, OF);
  expect(tasks).toHaveLength(failures);
  expect(tasks.at(-1)).toMatchObject({ task: failures, status: "failed" });
}, 300_000);

test("a log of 2.3 GB is read line by line; as one text or list it is refused with a way out", async () => {
  const text = "y".repeat(30_000);
  const block = Buffer.from(`1795957536000 o ${text}\n`.repeat(100));
  const blocks = Math.ceil(2.3e9 / block.length);
  const storage = withHuge(logKey(LOG), function* () {
    for (let at = 0; at < blocks; at += 1) yield block;
  });
  const read = () => new LogTail(storage, LOG).next();
  let lines = 0;
  for await (const line of new TaskLogs(read)) lines += line.text.length === text.length ? 1 : 0;
  expect(lines).toBe(blocks * 100);
  for (const whole of [new TaskLogs(read), new TaskLogs(read).lines()])
    await expect(whole).rejects.toMatchObject({
      code: "MILLRACE_LOG_SIZE",
      hint: expect.stringContaining("for await"),
    });
}, 300_000);

test("output of 300 MB without a newline is given in pieces of a bounded length", async () => {
  const piece = "z".repeat(65_536);
  const storage = withHuge(logKey(LOG), () =>
    cut(
      (function* () {
        for (let at = 0; at < 4600; at += 1) yield `1795957536000 O ${piece}\n`;
      })(),
    ),
  );
  let [chars, longest] = [0, 0];
  for await (const { text } of new TaskLogs(() => new LogTail(storage, LOG).next())) {
    chars += text.length;
    longest = Math.max(longest, text.length);
  }
  expect([chars, longest <= 2 * MIB]).toEqual([4600 * piece.length, true]);
}, 300_000);

test("a line longer than a string may be is an error that says so, not one of V8's", () => {
  const storage = localStorage(folder);
  const key = "flows/Sample/r2/logs/start/1-0.log";
  fs.mkdirSync(path.join(folder, path.dirname(key)), { recursive: true });
  fs.writeFileSync(path.join(folder, key), "");
  fs.truncateSync(path.join(folder, key), constants.MAX_STRING_LENGTH + 10 * MIB);
  expect(() => [...linesOf(storage, key)]).toThrow(
    expect.objectContaining({ code: "MILLRACE_DAMAGED_RECORD", message: expect.stringContaining("longer than") }),
  );
}, 300_000);

test("a result behind 2.2 GiB of its segment is found by its place", () => {
  const storage = localStorage(folder);
  const store = datastoreOn(storage);
  const run = new SampleRun(store, "r3");
  const at = { run: "r3", step: "train", task: 7, attempt: 0 };
  const line = { ...at, format: 1, flow: "Sample", status: "succeeded", startedAt: 0, finishedAt: 1, artifacts: {} };
  const file = path.join(folder, "flows/Sample/r3/results/s1.jsonl");
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, "");
  const offset = 2.2 * 2 ** 30;
  fs.truncateSync(file, Math.floor(offset));
  fs.appendFileSync(file, `${JSON.stringify({ ...line, next: null, error: null })}\n`);
  const found = run.record.resultAt(`r3/train/7/0/s1/${Math.floor(offset)}`);
  expect(found).toMatchObject({ step: "train", task: 7 });
});

test("a follower that is called again sees what came behind many pieces, once", () => {
  const store = datastoreOn(localStorage(folder));
  const run = new SampleRun(store, "r4").events({ type: "run-started" }, started("start", 1, { kind: "start" }));
  const follower = new RunFollower(store, { flow: "Sample", run: "r4" });
  const journal = run.record.openJournal();
  for (let task = 2; task < 12_000; task += 1)
    void journal.append(`${JSON.stringify({ ...started("train", task, { kind: "next", after: 1 }), time: task })}\n`);
  expect(follower.update().tasks).toHaveLength(11_999);
  void journal.append(
    `${JSON.stringify({ ...succeeded(11_999, { kind: "end" }), time: 1, result: "r4/a/1/0/s/0" })}\n`,
  );
  journal.close();
  const { tasks } = follower.update();
  expect([tasks.length, tasks.at(-1)?.status]).toEqual([11_999, "succeeded"]);
});
