import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import { expect, test } from "vitest";
import { MillraceError } from "millrace";
import { type ResumeOptions, Runner, type RunnerOptions } from "millrace/testing";
import { temporaryFolder } from "../rigs/harness.ts";
import { FailingFlow, OtherFlow, ShapesFlow } from "./flow.ts";

const FILE = path.join(import.meta.dirname, "flow.ts");

function options(more: RunnerOptions = {}): RunnerOptions {
  return { datastore: path.join(temporaryFolder(), "store"), ...more };
}

test("a flow file runs from a test and gives its data", async () => {
  const runner = new Runner<ShapesFlow>(path.relative(process.cwd(), FILE), options({ tags: ["nightly"] }));
  const { run, status, failure } = await runner.run({ factors: 8, size: "large" });
  expect([status, failure]).toEqual(["succeeded", null]);
  expect(run).toMatchObject({ flow: "ShapesFlow", status: "succeeded", tags: ["nightly"] });
  expect(run.pathspec).toBe(`ShapesFlow/${run.id}`);
  expect(run.finishedAt.getTime()).toBeGreaterThanOrEqual(run.startedAt.getTime());
  expect(run.parameters).toEqual({ factors: 8, size: "large", words: "three little words\n" });
  expect([await run.data.score, await run.data.parts]).toEqual([9, ["A", "B"]]);
  expect([await run.data.factors, await run.data.limits]).toEqual([8, { most: 10 }]);
});

test("a run's data names what is not there, when it is awaited", async () => {
  const { run } = await new Runner(`${FILE}#OtherFlow`, options()).run();
  await expect(run.data["tokn"]).rejects.toThrow("did you mean token?");
  expect(Object.keys(run.data)).toEqual(["token"]);
});

test("#Name, a file URL and a class lead to the same flow", async () => {
  const url = pathToFileURL(FILE);
  url.hash = "OtherFlow";
  const runners = [
    new Runner(`${FILE}#OtherFlow`, options()),
    new Runner(url, options()),
    new Runner(OtherFlow, options()),
  ];
  for (const runner of runners) {
    const { run } = await runner.run();
    expect(run.flow).toBe("OtherFlow");
  }
});

test("a failed run is a result that names the failure, and can be resumed", async () => {
  const runner = new Runner(FailingFlow, options());
  const failed = await runner.run();
  expect(failed.status).toBe("failed");
  expect(failed.failure).toMatchObject({ step: "fragile", attempt: 0, error: { name: "TypeError", file: FILE } });
  await expect(failed.run.data.trail).rejects.toThrow("the run did not reach its last step");
  const { run, status } = await runner.resume({ run: failed.run.id, parameters: { isBroken: false } });
  expect([status, await run.data.trail]).toEqual(["succeeded", ["start", "fragile"]]);
});

test("wrong parameters are told before anything runs", async () => {
  const datastore = path.join(temporaryFolder(), "store");
  const runner = new Runner(FILE, { datastore });
  await expect(runner.run({ factrs: 3 })).rejects.toThrow("did you mean factors?");
  await expect(runner.run({ factors: "3" })).rejects.toThrow("parameter factors takes a number, not a string: '3'");
  await expect(runner.run({ size: "huge" })).rejects.toThrow("not among the choices");
  await expect(runner.run({ limits: {} })).rejects.toBeInstanceOf(MillraceError);
  expect(fs.existsSync(datastore)).toBe(false);
});

test("parameters of a program outrank the environment", async () => {
  process.env["MILLRACE_PARAM_FACTORS"] = "5";
  try {
    expect((await new Runner(ShapesFlow, options()).run({ factors: 3 })).run.parameters["factors"]).toBe(3);
    expect((await new Runner(ShapesFlow, options()).run()).run.parameters["factors"]).toBe(5);
  } finally {
    delete process.env["MILLRACE_PARAM_FACTORS"];
  }
});

test("configuration, decorators and isolation are given as options", async () => {
  const runner = new Runner(
    ShapesFlow,
    options({ config: { limits: { most: 3 } }, with: ["timeout:minutes=1"], isolation: "process", maxWorkers: 1 }),
  );
  const { run } = await runner.run();
  expect(await run.data.limits).toEqual({ most: 3 });
});

test("a wrong option is refused when the runner is made", () => {
  expect(() => new Runner(FILE, { maxWorker: 2 } as RunnerOptions)).toThrow("did you mean maxWorkers?");
  expect(() => new Runner(FILE, { maxWorkers: 0 })).toThrow("a whole number, 1 or more");
  expect(() => new Runner(FILE, { onFailure: "go" as "stop" })).toThrow('"stop" or "finish"');
});

test("parameters that are given to resume in place of its options are refused, with the form that takes them", async () => {
  const runner = new Runner(FailingFlow, options());
  await expect(runner.resume({ isBroken: false } as ResumeOptions)).rejects.toMatchObject({
    code: "MILLRACE_USAGE",
    message: expect.stringContaining("Cannot resume with isBroken because it is not an option of resume") as string,
    hint: "give a parameter of the flow in parameters: { parameters: { isBroken: false } }",
  });
  await expect(runner.resume({ steps: "fragile" } as ResumeOptions)).rejects.toThrow("did you mean step?");
});

test("the stream gives the journal's events up to the run's end", async () => {
  const types: string[] = [];
  for await (const event of new Runner(OtherFlow, options()).stream()) types.push(event.type);
  expect(types).toEqual([
    "run-started",
    "task-started",
    "task-succeeded",
    "task-started",
    "task-succeeded",
    "run-finished",
  ]);
});

test("leaving the stream ends the run", async () => {
  const datastore = path.join(temporaryFolder(), "store");
  for await (const event of new Runner(FILE, { datastore }).stream()) if (event.type === "task-started") break;
  const [run = ""] = fs.readdirSync(path.join(datastore, "flows/ShapesFlow"));
  const journal = fs.readFileSync(path.join(datastore, "flows/ShapesFlow", run, "journal.jsonl"), "utf8");
  expect(journal.trim().split("\n").at(-1)).toContain('"status":"failed","reason":"its events are no longer read"');
});

test("a stream that cannot start throws", async () => {
  const events = new Runner("nowhere.ts", options()).stream();
  await expect(events.next()).rejects.toThrow("it does not exist: nowhere.ts");
});

test("several runs at once keep apart", async () => {
  const all = await Promise.all([1, 2, 3].map((factors) => new Runner(ShapesFlow, options()).run({ factors })));
  expect(await Promise.all(all.map(({ run }) => run.data.score))).toEqual([2, 3, 4]);
});

test("a class without a file and a test file are refused", async () => {
  const loose = (vm.runInThisContext("(Base) => class Loose extends Base {}") as (Base: object) => typeof OtherFlow)(
    OtherFlow,
  );
  await expect(new Runner(loose, options()).run()).rejects.toThrow("the file that defines it is not known");
  await expect(new Runner(import.meta.filename, options()).run()).rejects.toThrow("it imports vitest");
});
