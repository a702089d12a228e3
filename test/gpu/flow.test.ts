import { beforeAll, describe, expect, test } from "vitest";
import path from "node:path";
import { Task } from "../../sdk/client/index.ts";
import { DISPLAY } from "../../sdk/client/mime-bundle.ts";
import { type FlowRun, logOf, millrace, readArtifacts, resultOf, runFlow, tasksOf } from "../rigs/harness.ts";
import { ESM, LEGACY, makeProject, STANDARD } from "../rigs/project.ts";

const FLOW = `
import { FlowSpec, current, main, resources, step } from "millrace";
import { kernel } from "millrace/gpu";
import { addOne } from "./kernels.ts";

const twice = kernel(function (values: number[]) { return 2 * values[this.thread.x]!; }, { output: [5000] });

class KernelFlow extends FlowSpec {
  result!: Awaited<ReturnType<typeof addOne>>;
  before: unknown; after: unknown; pids: number[] = []; milliseconds: number[] = [];

  @step async start() {
    this.before = current.gpu;
    this.result = await twice(new Float32Array(5000).fill(3));
    this.after = current.gpu;
    this.pids.push(process.pid);
    this.next(this.warm);
  }
  @step async warm() {
    this.result = await addOne(await twice(this.result));
    this.pids.push(process.pid);
    this.next(this.wanting);
  }
  @resources({ gpu: 2 }) @step async wanting() {
    this.result = await addOne(this.result);
    await addOne(this.result);
    this.next(this.plain);
  }
  @resources({ gpu: 1 }) @step async plain() { this.next(this.end); }
  @step end() {}
}

main(KernelFlow);
`;
const KERNELS = `
import { kernel } from "millrace/gpu";
export const addOne = kernel(function (values: number[]) { return values[this.thread.x]! + 1; }, { output: ([values]) => [5000] });
`;
const FAULTY = `
import { FlowSpec, main, step } from "millrace";
import { kernel } from "millrace/gpu";

class FaultyFlow extends FlowSpec {
  @step async start() {
    const offset = 3;
    const shift = kernel(
      function (values: number[]) {
        const value = values[this.thread.x]!;
        return value + offset;
      },
      { output: [4] },
    );
    await shift([1, 2, 3, 4]);
    this.next(this.end);
  }
  @step end() {}
}

main(FaultyFlow);
`;

describe.each([
  ["standard", STANDARD],
  ["legacy", LEGACY],
])("a flow with kernels, %s decorators", (_, tsconfig) => {
  let run: FlowRun;
  let folder: string;

  beforeAll(async () => {
    folder = makeProject({ "flow.ts": FLOW, "kernels.ts": KERNELS, "tsconfig.json": tsconfig, "package.json": ESM });
    run = await runFlow(path.join(folder, "flow.ts"), ["run", "--max-workers", "1"], {
      env: { MILLRACE_GPU_BACKEND: "webasm" },
    });
  });

  test("results are plain artifacts that later steps take as they are", () => {
    expect(run.code).toBe(0);
    const { result } = readArtifacts(run, "warm") as { result: { data: Float32Array; shape: number[] } };
    expect(result).toEqual({ data: new Float32Array(5000).fill(13), shape: [5000] });
  });

  test("the task's record says where kernels ran, how long, and what they moved", () => {
    expect(resultOf(run, "start").gpu).toMatchObject({
      backend: "webasm",
      adapter: null,
      calls: 1,
      bytesIn: 20_000,
      bytesOut: 20_000,
    });
    expect(resultOf(run, "wanting").gpu).toMatchObject({ calls: 2, bytesIn: 40_000 });
    expect(resultOf(run, "start").gpu!.reason).toContain("MILLRACE_GPU_BACKEND");
    expect(resultOf(run, "end")).not.toHaveProperty("gpu");
  });

  test("current.gpu is null before the first kernel and adds up after it", () => {
    expect(readArtifacts(run, "start")).toMatchObject({ before: null, after: { backend: "webasm", calls: 1 } });
  });

  test("a worker with idle threads of kernels stays warm", () => {
    const { pids } = readArtifacts(run, "warm") as { pids: number[] };
    expect(new Set(pids).size).toBe(1);
  });

  test("a step that asked for GPUs and computed without says so, once, in its own log", () => {
    const log = logOf(run, "wanting", { stream: "stderr" });
    expect(log.match(/WARNING/g)).toHaveLength(1);
    expect(log).toContain(
      "WARNING: step wanting asks for 2 GPUs, but its kernels run on the processor (WebAssembly): ",
    );
    expect(logOf(run, "start", { stream: "stderr" })).toBe("");
    expect(logOf(run, "plain", { stream: "stderr" })).toBe("");
  });

  test("status of a step or a task shows it", async () => {
    const status = (spec: string, ...more: string[]) =>
      millrace(["status", path.join(folder, "flow.ts"), spec, ...more], { datastore: run.datastore });
    const { stdout } = await status(`${run.run}/wanting`);
    expect(stdout).toMatch(/KERNELS RAN ON/);
    expect(stdout).toMatch(/wanting\/\d+ +WebAssembly, \d+ threads? +2 /);
    const { kernels } = JSON.parse((await status(`${run.run}/start`, "--json")).stdout) as { kernels: object[] };
    expect(kernels).toMatchObject([{ step: "start", backend: "webasm", calls: 1 }]);
  });

  test("so does the client, and what a notebook shows of a task", async () => {
    const { flow, datastore } = run;
    const task = await Task.get(`${flow}/${run.run}/wanting/${tasksOf(run, "wanting")[0]!.task}`, { datastore });
    expect(task.gpu).toMatchObject({ backend: "webasm", adapter: null, calls: 2, bytesIn: 40_000, bytesOut: 40_000 });
    const shown = await task[DISPLAY]();
    for (const type of ["text/plain", "text/html"] as const) {
      expect(shown[type]).toMatch(
        /WebAssembly, \d+ threads?: 2 calls, .* 40.* kB in, 40.* kB out; no GPU: .*MILLRACE_GPU_BACKEND/,
      );
    }
    expect((await Task.get(`${flow}/${run.run}/end/${tasksOf(run, "end")[0]!.task}`, { datastore })).gpu).toBeNull();
  });
});

test("a kernel that cannot be compiled fails its task at the kernel's own line", async () => {
  const folder = makeProject({ "flow.ts": FAULTY, "tsconfig.json": STANDARD, "package.json": ESM });
  const run = await runFlow(path.join(folder, "flow.ts"));
  const [task] = run.summary.tasks;
  expect(run.code).toBe(1);
  expect(task!.error).toMatchObject({
    code: "MILLRACE_KERNEL",
    message: expect.stringContaining("because it uses offset, which is outside the kernel"),
    file: path.join(folder, "flow.ts"),
    line: 11,
  });
  expect(task!.error!.frame).toContain(">   11 |         return value + offset;");
});
