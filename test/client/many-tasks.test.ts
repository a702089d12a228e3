import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Flow, NamedFlow } from "../../sdk/client/flow.ts";
import { memoryStorage } from "../../sdk/testing/memory-storage.ts";
import { type Datastore, datastoreOn } from "../../runtime/datastore/datastore.ts";
import { localStorage } from "../../runtime/datastore/local/local-storage.ts";
import { saveArtifact } from "../../runtime/datastore/load-artifact.ts";
import { locatorOf } from "../../runtime/datastore/records.ts";
import type { Storage } from "../../runtime/datastore/storage.ts";
import { foreach, SampleRun, started, succeeded } from "../datastore/sample-store.ts";

const TASKS = 10_000;
/** Each worker process writes a segment of its own. */
const SEGMENTS = 8;

let folder = "";
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "millrace-many-"));
  writeRun(datastoreOn(localStorage(folder)));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

function writeRun(store: Datastore): void {
  const sample = new SampleRun(store, "r1").events(
    { type: "run-started" },
    started("start", 1, { kind: "start" }),
    succeeded(1, foreach(TASKS)),
  );
  const segments = Array.from({ length: SEGMENTS }, (): string[] => []);
  const sizes = new Array<number>(SEGMENTS).fill(0);
  const events: object[] = [];
  for (let index = 0; index < TASKS; index++) {
    const task = index + 2;
    const segment = index % SEGMENTS;
    const at = { run: "r1", step: "train", task, attempt: 0 };
    const result = locatorOf({ ...at, segment: `s${segment}`, offset: sizes[segment]! });
    const next = { kind: "linear", target: "join" };
    const artifacts = { score: saveArtifact(store.blobs, "score", index) };
    const line = `${JSON.stringify({ ...at, format: 1, flow: "Sample", status: "succeeded", startedAt: 0, finishedAt: 1, artifacts, next, error: null })}\n`;
    segments[segment]!.push(line);
    sizes[segment]! += Buffer.byteLength(line);
    events.push({ ...started("train", task, { kind: "child", split: 1, index }), time: index });
    events.push({ type: "task-succeeded", time: index + 1, task, attempt: 0, result, next });
  }
  const journal = sample.record.openJournal();
  void journal.append(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  journal.close();
  for (const [number, lines] of segments.entries()) {
    const segment = store.storage.append(`flows/Sample/r1/results/s${number}.jsonl`);
    void segment.append(lines.join(""));
    segment.close();
  }
  sample.events({ type: "run-finished", status: "succeeded", reason: null });
}

/** The same store, as if each call were a request. */
function counted(storage: Storage): { store: Datastore; calls: string[] } {
  const calls: string[] = [];
  const count = (name: string, key: unknown) => void calls.push(`${name} ${String(key)}`);
  const counting = new Proxy(storage, {
    get(target, name: keyof Storage) {
      if (name === "isRemote") return true;
      const member = target[name];
      if (typeof member !== "function") return member;
      return (...args: readonly unknown[]) => {
        if (name !== "tail" && name !== "ahead") count(name, args[0]);
        const answer: unknown = (member as (...all: readonly unknown[]) => unknown)(...args);
        if (name !== "tail") return answer;
        const tail = answer as { next(): Buffer };
        return { next: () => (count("tail", args[0]), tail.next()) };
      };
    },
  });
  return { store: datastoreOn(counting), calls };
}

test("ten thousand tasks are listed with a handful of requests", async () => {
  const { store, calls } = counted(localStorage(folder));
  const run = await new Flow(new NamedFlow(store, "Sample")).latestRun();
  const tasks = await run.step("train").tasks().toArray();
  expect(tasks).toHaveLength(TASKS);
  expect(tasks.map(({ index }) => index).slice(0, 3)).toEqual([0, 1, 2]);
  expect(calls.length, calls.join("\n")).toBeLessThanOrEqual(10);
});

test("an artifact of each of ten thousand tasks is read with tens of requests", async () => {
  const { store, calls } = counted(localStorage(folder));
  const run = await new Flow(new NamedFlow(store, "Sample")).latestRun();
  let sum = 0;
  for await (const task of run.step("train").tasks()) sum += (await task.data["score"]) as number;
  expect(sum).toBe((TASKS * (TASKS - 1)) / 2);
  expect(calls.length, calls.join("\n")).toBeLessThanOrEqual(10 + SEGMENTS);
});

test("ten thousand tasks are the same in memory", async () => {
  const store = datastoreOn(memoryStorage());
  writeRun(store);
  const run = await new Flow(new NamedFlow(store, "Sample")).latestRun();
  const [last] = (await run.tasks().toArray()).slice(-1);
  expect([last?.index, await last?.data["score"]]).toEqual([TASKS - 1, TASKS - 1]);
  expect(await last?.parents()).toHaveLength(1);
});

test("runs of a long history are read only as far as they are asked for", async () => {
  const store = datastoreOn(memoryStorage());
  for (let run = 0; run < 200; run++) new SampleRun(store, `r${1000 + run}`);
  const { store: watched, calls } = counted(store.storage);
  const flow = new Flow(new NamedFlow(watched, "Sample"));
  expect((await flow.runs({ limit: 3 }).toArray()).map(({ id }) => id)).toEqual(["r1199", "r1198", "r1197"]);
  // Where each look is a request, sixteen are asked for at once.
  expect(calls.filter((call) => call.endsWith("run.json")).length).toBeLessThanOrEqual(16);
});
