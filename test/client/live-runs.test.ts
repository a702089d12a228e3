import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Run, Task } from "../../sdk/client/index.ts";
import type { Datastore } from "../../runtime/datastore/datastore.ts";
import { node, ROOT } from "../rigs/harness.ts";
import { foreach, SampleRun, sampleStore, started, succeeded } from "../datastore/sample-store.ts";

let store: Datastore;
let datastore: string;
let remove: () => void;
beforeEach(() => ({ store, folder: datastore, remove } = sampleStore()));
afterEach(() => remove());

/** A run that this process works on, or that a process which is gone worked on. */
function running(pid = process.pid): SampleRun {
  const sample = new SampleRun(store, "r1").events(
    { type: "run-started" },
    started("start", 1, { kind: "start" }),
    succeeded(1, foreach(2)),
    started("train", 2, { kind: "child", split: 1, index: 1 }),
  );
  void sample.record.writeHeartbeat({ format: 1, host: os.hostname(), pid, time: Date.now() });
  return sample;
}

test("the events of a run come as they are written, until it ends", async () => {
  const sample = running();
  const run = await Run.get("Sample/r1", { datastore });
  expect(run.status).toBe("running");
  const seen: string[] = [];
  for await (const event of run.events()) {
    seen.push(event.type);
    if (seen.length === 4) sample.events(started("train", 3, { kind: "child", split: 1, index: 0 }));
    if (seen.length === 5) sample.events({ type: "run-finished", status: "failed", reason: "interrupted" });
  }
  expect(seen.slice(3)).toEqual(["task-started", "task-started", "run-finished"]);
  expect([run.status, run.reason]).toEqual(["failed", "interrupted"]);
});

test("tasks are those of the moment at which the list is read", async () => {
  const sample = running();
  const run = await Run.get("Sample/r1", { datastore });
  const train = run.step("train").tasks();
  expect((await train.toArray()).map(({ id, status }) => [id, status])).toEqual([["2", "running"]]);
  sample.events(succeeded(2, { kind: "linear", target: "join" })).result({ step: "train", task: 2 }, { score: 1 });
  sample.events(started("train", 3, { kind: "child", split: 1, index: 0 }));
  expect((await train.toArray()).map(({ id, status }) => [id, status])).toEqual([
    ["3", "running"],
    ["2", "succeeded"],
  ]);
  expect(await (await Task.get("Sample/r1/train/2", { datastore })).data["score"]).toBe(1);
  expect((await run.step("train").tasks({ status: "running", order: "started" }).toArray())[0]?.id).toBe("3");
});

test("a task that runs has what it told last of its progress; one that told nothing, or has ended, has none", async () => {
  const sample = running();
  sample.events(started("train", 3, { kind: "child", split: 1, index: 0 }));
  const tasks = () =>
    Promise.all([2, 3].map(async (task) => (await Task.get(`Sample/r1/train/${task}`, { datastore })).progress));
  expect(await tasks()).toEqual([null, null]);
  const told = { task: 2, attempt: 0, fraction: 0.4, note: "epoch 4", time: 5000 };
  await sample.record.writeProgress({ format: 1, tasks: [told, { ...told, task: 3, attempt: 1 }] });
  expect(await tasks()).toEqual([{ fraction: 0.4, note: "epoch 4", time: new Date(5000) }, null]);
  sample.events(succeeded(2, { kind: "linear", target: "join" }));
  expect(await tasks()).toEqual([null, null]);
});

test("a run whose process is gone is stale, and its events end there", async () => {
  // No process has so high a number.
  running(2 ** 30);
  const run = await Run.get("Sample/r1", { datastore });
  expect(run.status).toBe("stale");
  const types: string[] = [];
  for await (const event of run.events()) types.push(event.type);
  expect(types).toHaveLength(4);
  expect((await run.step("train").task()).status).toBe("stale");
});

test("a program that leaves the events early ends", async () => {
  running();
  const script = `
    import { Run } from ${JSON.stringify(path.join(ROOT, "dist/client.js"))};
    const run = await Run.get("Sample/r1");
    for await (const event of run.events()) if (event.type === "task-started") break;
    console.log(run);
  `;
  const { code, stdout } = await node(["--input-type=module", "-e", script], { datastore });
  expect([code, stdout]).toEqual([0, expect.stringContaining("Run Sample/r1  running")]);
});

test("of a task that has not ended, what there is can be read", async () => {
  running().log({ step: "train", task: 2 }, [
    ["out", "half a ", false],
    ["err", "careful"],
    ["out", "line"],
    ["out", "and no end", false],
  ]);
  const task = await Task.get("Sample/r1/train/2", { datastore });
  expect(task.artifactNames).toEqual(["factors"]);
  expect(await task.logs("stdout")).toBe("half a line\nand no end");
  expect((await task.logs().lines()).map(({ stream, text }) => `${stream} ${text}`)).toEqual([
    "stderr careful",
    "stdout half a line",
    "stdout and no end",
  ]);
  await expect(task.logs("stdout", { attempt: 3 })).rejects.toThrow("attempts: 0");
  expect(() => task.logs("std" as "stdout")).toThrow('"stdout", "stderr" or "both"');
});
