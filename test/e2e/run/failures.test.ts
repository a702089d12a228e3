import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { Run, Task } from "../../../sdk/client/index.ts";
import { type FlowRun, millrace, readArtifacts, runFlow, tasksOf, tsx } from "../../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";

describe("retry", () => {
  let run: FlowRun;
  let seen: Record<string, unknown>;
  beforeAll(async () => {
    run = await runFlow("attempts.ts");
    seen = readArtifacts(run, "join")["seen"] as Record<string, unknown>;
  });

  test("a step runs again until an attempt succeeds", () => {
    expect(run.code).toBe(0);
    expect(seen).toMatchObject({ third: 2, waiting: 2 });
    const [task] = tasksOf(run, "third");
    expect(task?.attempts.map(({ status }) => status)).toEqual(["failed", "failed", "succeeded"]);
    expect(task?.attempts[0]?.error?.message).toBe("attempt 0 is too early");
  });

  test("the code where several attempts fail is shown once, then the task that has shown it is named", () => {
    expect(run.stderr.match(/^ {2}> +\d+ \|.*is too early/gm)).toHaveLength(1);
    const place = / {2}attempt (\d) is too early\n {2}at .*attempts\.ts:(\d+:\d+)(, as in third\/\d+)?\n/g;
    const told = [...run.stderr.matchAll(place)].map(([, attempt, at, as]) => [attempt, at, as !== undefined]);
    expect(told).toEqual([
      ["0", told[0]![1], false],
      ["1", told[0]![1], true],
    ]);
  });

  test("attempts wait for the delay, longer each time by the backoff", () => {
    const [task] = tasksOf(run, "waiting");
    const waits = task?.attempts.slice(1).map(({ startedAt }, at) => startedAt - (task.attempts[at]?.finishedAt ?? 0));
    expect(waits?.[0]).toBeGreaterThanOrEqual(100);
    expect(waits?.[1]).toBeGreaterThanOrEqual(300);
  });

  test("`on` decides which errors deserve another attempt; then the error is caught, with what was set before", () => {
    expect(tasksOf(run, "choosy")[0]?.attempts).toHaveLength(2);
    expect(seen).toMatchObject({ choosy: "stays", choosyKept: "set before the throw in attempt 1" });
  });

  test("after a success catchError leaves undefined", () => {
    expect(seen).toHaveProperty("lenient", undefined);
    expect(tasksOf(run, "lenient")[0]?.status).toBe("succeeded");
  });

  test("where nothing was caught the client and dump give undefined, as the flow does; another name is still refused", async () => {
    const at = { datastore: run.datastore };
    const read = await Run.get(`${run.flow}/${run.run}`, at);
    const task = async (step: string) => read.step(step).task();
    expect(await (await task("lenient")).data["problem"]).toBeUndefined();
    expect(await (await task("start")).data["problem"]).toBeUndefined();
    expect(await read.data["problem"]).toBeUndefined();
    expect(await (await task("choosy")).data["problem"]).toBeInstanceOf(Error);
    expect("problem" in read.data).toBe(false);
    await expect(read.data["problems"]).rejects.toMatchObject({ code: "MILLRACE_NO_ARTIFACT" });

    const dump = (...args: string[]) => tsx("attempts.ts", ["dump", ...args], at);
    const shown = await dump("latest/lenient", "--artifact", "problem");
    expect([shown.code, shown.stderr]).toEqual([0, ""]);
    expect(shown.stdout).toMatch(/problem {2}undefined.*\n {4}undefined\n/);
    const { tasks } = JSON.parse((await dump("latest/end", "--artifact", "problem", "--json")).stdout) as {
      tasks: { artifacts: object[] }[];
    };
    expect(tasks[0]!.artifacts).toMatchObject([{ name: "problem", type: "undefined", plain: { $type: "undefined" } }]);
    expect((await dump("latest/end", "--artifact", "problems")).code).toBe(2);
    const runs = await tsx("attempts.ts", ["runs", "--columns", "problem"], at);
    expect([runs.code, runs.stderr]).toEqual([0, ""]);
    expect(runs.stdout).toMatch(/problem\n.*-\n/);
  });

  test("of a run that failed before its end nothing is known of the field, until a resume reaches it", async () => {
    const text = `import { FlowSpec, catchError, main, step } from "millrace";
class LateFlow extends FlowSpec {
  problem: Error | undefined;
  @catchError({ as: "problem" })
  @step start() { this.next(this.end); }
  @step end() { if (process.env.LATE) throw new Error("too late"); console.log("problem", this.problem); }
}
main(LateFlow);`;
    const cwd = makeProject({ "flow.ts": text, "package.json": ESM, "tsconfig.json": STANDARD });
    const at = { cwd, datastore: path.join(cwd, "store") };
    const place = { datastore: at.datastore };
    const data = async () => (await Run.get("LateFlow/latest", place)).data["problem"];
    expect((await millrace(["run", "flow.ts"], { ...at, env: { LATE: "1" } })).code).toBe(1);
    await expect(data()).rejects.toThrow("the run did not reach its last step");
    const resumed = await millrace(["resume", "flow.ts"], at);
    expect([resumed.code, resumed.stderr]).toEqual([0, expect.stringContaining("problem undefined")]);
    expect(await data()).toBeUndefined();
    const start = await Task.get("LateFlow/latest/start/1", place);
    expect([start.isReused, await start.data["problem"]]).toEqual([true, undefined]);
  });
});

describe("a task that ends badly is caught", () => {
  let run: FlowRun;
  let joined: {
    problems: Record<string, { name: string; message: string } | null>;
    keptValues: Record<string, string>;
  };
  beforeAll(async () => {
    run = await runFlow("deaths.ts");
    joined = readArtifacts(run, "join") as typeof joined;
  });

  test("the flow goes on", () => {
    expect(run.code).toBe(0);
    const caught = run.summary.tasks.filter(({ status }) => status === "caught").map(({ step }) => step);
    expect(caught.sort()).toEqual(["busy", "exits", "fires", "hangs", "killed", "rejects", "slow", "throws"]);
  });

  test("after a throw, with the artifacts set so far", () => {
    expect(joined.problems["throws"]).toEqual({ name: "RangeError", message: "thrown" });
    expect(joined.keptValues["throws"]).toBe("throws");
  });

  test("after SIGKILL and process.exit, with those of earlier tasks", () => {
    expect(joined.problems["killed"]?.message).toContain("SIGKILL");
    expect(joined.problems["exits"]?.message).toContain("exited with code 3");
    expect(joined.keptValues).toMatchObject({ killed: "start", exits: "start", busy: "start" });
  });

  test("after a promise that can never settle", () => {
    expect(joined.problems["hangs"]?.message).toContain("a promise that can never settle");
  });

  test("after a rejection that nobody handles and an error in a callback", () => {
    expect(joined.problems["rejects"]).toEqual({ name: "RangeError", message: "nobody handles this" });
    expect(joined.problems["fires"]).toEqual({ name: "RangeError", message: "thrown" });
  });

  test("after a timeout, which first aborts current.signal and ends a busy loop too", () => {
    expect(joined.problems["slow"]?.message).toContain("longer than its limit of 2 s");
    expect(joined.problems["busy"]?.message).toContain("longer than its limit of 0.3 s");
    expect(joined).toMatchObject({ sawAbort: true });
  });

  test("and a task that went well is none of these", () => {
    expect(joined.problems["fine"]).toBeNull();
    expect(joined.keptValues["fine"]).toBe("fine");
  });
});

describe("a failed run", () => {
  test("names step, place, code and last output, starts nothing new, and exits with 1", async () => {
    const run = await runFlow("fails.ts", ["run", "--max-workers", "1"]);
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/compute\/\d+ .*no square of 1/);
    expect(run.stderr).toContain("test/e2e/flows/fails.ts:33:9");
    expect(run.stderr).toMatch(/> *33 \| .*throw new TypeError/);
    expect(run.stderr).toMatch(/caused by:? .*the real reason/i);
    const report = run.stderr.slice(run.stderr.indexOf("no square of 1"));
    expect(report).toContain("line 30 of 1");
    expect(report).not.toContain("line 5 of 1\n");
    expect(tasksOf(run, "compute").map(({ status }) => status)).toEqual(["succeeded", "failed"]);
    expect(run.summary.status).toBe("failed");
    expect(run.stdout + run.stderr).not.toMatch(/node_modules|runtime\/worker|dist\/worker/);
  });

  test("--on-failure finish lets what does not depend on the failed task finish", async () => {
    const run = await runFlow("fails.ts", ["run", "--max-workers", "1", "--on-failure", "finish", "--json"]);
    expect(run.code).toBe(1);
    expect(tasksOf(run, "compute").map(({ status }) => status)).toEqual([
      "succeeded",
      "failed",
      "succeeded",
      "succeeded",
    ]);
    expect(tasksOf(run, "after")).toHaveLength(3);
    expect(tasksOf(run, "collect")).toHaveLength(0);
    expect(run.events.at(-1)).toMatchObject({ type: "run-finished", status: "failed" });
    expect(run.events.filter(({ type }) => type === "task-failed")).toHaveLength(1);
    expect(run.stdout.split("\n").every((line) => line === "" || line.startsWith("{"))).toBe(true);
  });

  test.each([
    ["unstorable", "model.layers[1]"],
    ["hangs", "a promise that can never settle"],
    ["string", "only a text"],
  ])("says what a step did wrong: %s", async (how, message) => {
    const run = await runFlow("forgets.ts", ["run", "--how", how]);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(message);
    expect(run.stderr).not.toMatch(/runtime\/worker|dist\/worker|dist\/chunks/);
  });

  test("never comes of @catchError on a step that cannot go on by itself: that is refused before the run", async () => {
    const { code, stderr } = await tsx("uncatchable.ts", ["run"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/uncatchable\.ts:\d+:\d+: Cannot catch errors of start because .* foreach/);
  });

  test("is avoided by a decorator from outside: --with retry", async () => {
    const run = await runFlow("attempt-one.ts", ["run", "--with", "retry:times=1"]);
    expect(run.code).toBe(0);
    expect(tasksOf(run, "start")[0]?.attempts).toHaveLength(2);
  });
});
