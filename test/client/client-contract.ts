import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { Artifact, Flow, Run, Step, type Task } from "millrace/client";
import { Runner } from "millrace/testing";
import type { FailingFlow, ShapesFlow } from "../testing/flow.ts";

const FLOWS = path.join(import.meta.dirname, "../testing/flow.ts");

/** What the client shows of real runs, whatever the datastore is; `location` gives an empty one. */
export function clientContract(kind: string, location: () => string | Promise<string>): void {
  describe(`the client on ${kind}`, () => {
    let datastore = "";
    let shapes = "";
    let failed = "";
    let resumed = "";

    beforeAll(async () => {
      datastore = await location();
      const options = { datastore, tags: ["nightly"], config: { limits: { most: 3 } } };
      shapes = (await new Runner<ShapesFlow>(FLOWS, options).run({ factors: 8 })).run.pathspec;
      const failing = new Runner<FailingFlow>(`${FLOWS}#FailingFlow`, { datastore });
      failed = (await failing.run()).run.pathspec;
      resumed = (await failing.resume({ parameters: { isBroken: false } })).run.pathspec;
    });

    const run = () => Run.get<ShapesFlow>(shapes, { datastore });

    test("a flow gives its latest successful run, and that its data", async () => {
      const flow = await Flow.get<ShapesFlow>("ShapesFlow", { datastore });
      const latest = await flow.latestSuccessfulRun();
      expect(latest.pathspec).toBe(shapes);
      expect([await latest.data.score, await latest.data.factors]).toEqual([9, 8]);
      expect(Object.keys(latest.data)).toEqual(expect.arrayContaining(["factors", "limits", "score"]));
    });

    test("a run tells what it is without further reading", async () => {
      const one = await run();
      expect(one).toMatchObject({ flow: "ShapesFlow", status: "succeeded", tags: ["nightly"], originRunId: null });
      expect(one.finishedAt!.getTime()).toBeGreaterThanOrEqual(one.startedAt.getTime());
      expect(one.parameters).toEqual({ factors: 8, size: "small", words: "three little words\n" });
      expect(one.parameters.limits).toEqual({ most: 3 });
      expect(Object.keys(one.parameters).sort()).toEqual(["factors", "size", "words"]);
      expect(one.steps().map(({ name }) => name)).toContain("ensemble");
    });

    test("tasks of a foreach come in the order of its items, with what each left", async () => {
      const tasks = await (await run()).step("work").tasks().toArray();
      expect(tasks.map(({ index, status }) => [index, status])).toEqual([
        [0, "succeeded"],
        [1, "succeeded"],
      ]);
      expect(await Promise.all(tasks.map((task) => task.data.part))).toEqual(["A", "B"]);
      expect((await (await run()).step("work").task(1)).pathspec).toBe(tasks[1]!.pathspec);
    });

    test("parents and children lead through splits and joins", async () => {
      const names = async (of: Promise<readonly Task[]>) => (await of).map((task) => [task.step, task.index]);
      const collect = await (await run()).step("collect").task();
      expect(await names(collect.parents())).toEqual([
        ["work", 0],
        ["work", 1],
      ]);
      expect(await names(collect.children())).toEqual([["quick", null]]);
      const start = await (await run()).step("start").task();
      expect(await names(start.parents())).toEqual([]);
      expect((await names(start.children())).map(([step]) => step)).toEqual(["fitA", "fitB"]);
      expect((await names((await (await run()).step("ensemble").task()).parents())).map(([step]) => step)).toEqual([
        "fitA",
        "fitB",
      ]);
    });

    test("a retried task has all its attempts", async () => {
      const task = await (await run()).step("fitB").task();
      expect([task.attempt, task.status, task.error]).toEqual([1, "succeeded", null]);
      const attempts = await task.attempts();
      expect(attempts.map(({ number, status }) => [number, status])).toEqual([
        [0, "failed"],
        [1, "succeeded"],
      ]);
      expect(attempts[0]!.error).toMatchObject({ name: "RangeError", message: "no luck at attempt 0" });
    });

    test("logs are text as it was written, or lines with their times", async () => {
      const task = await (await run()).step("quick").task();
      expect(await task.logs("stdout")).toBe("quick\n");
      expect(await task.logs("stderr")).toBe("careful\n");
      const lines = await task.logs().lines();
      expect(lines.map(({ stream, text }) => `${stream} ${text}`).sort()).toEqual(["stderr careful", "stdout quick"]);
      for (const { time } of lines) expect(time.getTime()).toBeGreaterThanOrEqual(task.startedAt.getTime() - 1000);
    });

    test("artifacts are told without loading them, and found by their pathspec", async () => {
      const task = await (await run()).step("fitA").task();
      expect(task.artifactNames).toContain("model");
      const model = (await task.artifacts()).find(({ name }) => name === "model")!;
      expect(model).toMatchObject({ type: "test.Model", isParameter: false });
      expect((await Artifact.get(model.pathspec, { datastore })).hash).toBe(model.hash);
      expect(await model.load()).toMatchObject({ weights: [8, 1] });
      expect((await task.artifact("factors")).isParameter).toBe(true);
    });

    test("a failed run says which task failed and why", async () => {
      const one = await Run.get<FailingFlow>(failed, { datastore });
      const [task] = await one.tasks({ status: "failed" }).toArray();
      expect(task!.step).toBe("fragile");
      expect(task!.error).toMatchObject({ name: "TypeError", message: "broken as asked" });
      await expect(task!.data.trail).rejects.toThrow("a task that is failed has left no artifacts");
      await expect(one.data.trail).rejects.toThrow("the run did not reach its last step");
      await expect(one.endTask()).rejects.toThrow("the run has not reached it: its status is failed");
    });

    test("a reused task shows the attempts of the run that it ran in", async () => {
      const one = await Run.get<FailingFlow>(resumed, { datastore });
      expect(one.originRunId).toBe(failed.split("/")[1]);
      const start = await one.step("start").task();
      expect(start.isReused).toBe(true);
      expect((await start.attempts()).map(({ number, status }) => [number, status])).toEqual([[0, "succeeded"]]);
      expect(await start.data.trail).toEqual(["start"]);
      expect(await (await one.endTask()).data.trail).toEqual(["start", "fragile"]);
    });

    test("runs are filtered, ordered and paged", async () => {
      const flow = await Flow.get("FailingFlow", { datastore });
      const ids = async (options: Parameters<typeof flow.runs>[0]) =>
        (await flow.runs(options).toArray()).map(({ pathspec }) => pathspec);
      expect(await ids({})).toEqual([resumed, failed]);
      expect(await ids({ order: "oldest" })).toEqual([failed, resumed]);
      expect(await ids({ status: "failed" })).toEqual([failed]);
      expect(await ids({ limit: 1 })).toEqual([resumed]);
      expect(await ids({ limit: 5, before: resumed.split("/")[1] })).toEqual([failed]);
      expect(await ids({ after: failed.split("/")[1] })).toEqual([resumed]);
      expect(await ids({ after: new Date(0) })).toHaveLength(2);
      expect(await ids({ before: new Date(0) })).toEqual([]);
      expect(await ids({ tags: ["nightly"] })).toEqual([]);
      expect((await Flow.list({ datastore })).map(({ name }) => name)).toEqual(["FailingFlow", "ShapesFlow"]);
    });

    test("of tags that are changed at the same time none is lost", async () => {
      const [one, other] = [await run(), await run()];
      await Promise.all([one.addTags(["a"]), other.addTags(["b"]), one.addTags(["c"])]);
      expect([...(await run()).tags].sort()).toEqual(["a", "b", "c", "nightly"]);
      expect(await one.removeTags(["a", "nightly"])).toEqual(["b", "c"]);
      expect(await one.replaceTags(["nightly"])).toEqual(["nightly"]);
      expect((await other.refresh()).tags).toEqual(["nightly"]);
    });

    test("the code of a run is there, and how it differs from another's", async () => {
      const one = await run();
      const files = await one.code.files();
      expect(Object.keys(files)).toContain(one.code.flowFile);
      expect(files[one.code.flowFile]).toContain("class ShapesFlow");
      const diff = await one.code.diff(await Run.get(failed, { datastore }));
      expect([diff.isSame, String(diff)]).toEqual([true, ""]);
    });

    test("the events of a finished run end with its end", async () => {
      const types: string[] = [];
      for await (const event of (await Run.get(resumed, { datastore })).events()) types.push(event.type);
      expect([types[0], types.at(-1)]).toEqual(["run-started", "run-finished"]);
      expect(types).toContain("task-reused");
    });

    test("latest names the latest run, of the flow or of a namespace", async () => {
      expect((await Run.get("FailingFlow/latest", { datastore })).pathspec).toBe(resumed);
      expect((await Step.get("FailingFlow/latest/end", { datastore })).pathspec).toBe(`${resumed}/end`);
      const { username } = await run();
      const own = await Run.get("FailingFlow/latest", { datastore, namespace: `user:${username}` });
      expect(own.pathspec).toBe(resumed);
      await expect(Run.get(shapes, { datastore, namespace: "user:nobody" })).rejects.toThrow(
        `it is not in the namespace user:nobody: it belongs to user:${username}`,
      );
    });
  });
}
