import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { Run } from "../../../sdk/client/index.ts";
import type { StepUsage } from "../../../runtime/datastore/reader/step-usage.ts";
import { millrace } from "../../rigs/harness.ts";
import { flow, flowFolder } from "./flow-folder.ts";

const FLOW = flow(`  xs = [1, 2, 3];
  @step start() { this.next(this.fit, { foreach: "xs" }); }
  @resources({ cpu: 2, memory: 6000 }) @step async fit() {
    Buffer.alloc(300_000_000, 1);
    await new Promise((resolve) => setTimeout(resolve, 150));
    this.next(this.join);
  }
  @resources({ memory: 40 }) @step join(inputs: Inputs<SampleFlow>) { this.next(this.dies); }
  @resources({ memory: 7000 }) @step dies() {
    if (process.env.KILL === "1") process.kill(process.pid, "SIGKILL");
    this.next(this.end);
  }
  @step end() {}`).replace("main,", "main, resources, type Inputs,");

let at: { cwd: string; datastore: string };
beforeAll(async () => {
  const cwd = flowFolder({ "flow.ts": FLOW });
  at = { cwd, datastore: path.join(cwd, "store") };
  for (const KILL of ["0", "1"]) await millrace(["run", "flow.ts", "--max-memory", "8000"], { ...at, env: { KILL } });
});

interface Told {
  readonly runs: readonly string[];
  readonly steps: readonly (StepUsage & { advice: { cpu: number | null; memory: number | null } | null })[];
}

async function told(...args: readonly string[]): Promise<Told> {
  const seen = await millrace(["usage", ...args, "--json"], at);
  expect(seen.code, seen.stderr).toBe(0);
  return JSON.parse(seen.stdout) as Told;
}

describe("usage", () => {
  test("sets what steps asked for beside what their attempts used", async () => {
    const { steps } = await told("latest~1");
    expect(steps.map(({ step }) => step)).toEqual(["start", "fit", "join", "dies", "end"]);
    const fit = steps[1]!;
    expect(fit).toMatchObject({ tasks: 3, attempts: 3, silent: 0, asked: { cpu: 2, memoryMb: 6000, gpu: null } });
    expect(fit.memoryMb!.median).toBeGreaterThan(286);
    expect(fit.memoryMb!.max).toBeLessThan(6000);
    expect(fit.wallMs.median).toBeGreaterThanOrEqual(145);
    expect(fit.wasted.memoryGbHours).toBeGreaterThan(0);
    expect(steps[0]).toMatchObject({
      asked: { cpu: null, memoryMb: null },
      wasted: { memoryGbHours: null },
      advice: null,
    });
  });

  test("advises a fifth more than the most that was seen, more for what asks for too little", async () => {
    const { steps } = await told("latest~1");
    const fit = steps.find(({ step }) => step === "fit")!;
    expect(fit.advice).toMatchObject({ cpu: 1, memory: Math.ceil((fit.memoryMb!.max * 1.2) / 100) * 100 });
    const join = steps.find(({ step }) => step === "join")!;
    expect(join.advice?.memory).toBeGreaterThanOrEqual(join.memoryMb!.max * 1.2);
  });

  test("never advises less where a process died, as that may have taken the most", async () => {
    const both = await told("latest", "--last", "2");
    expect(both.runs).toHaveLength(2);
    const dies = both.steps.find(({ step }) => step === "dies")!;
    expect(dies).toMatchObject({ tasks: 2, silent: 1, runs: 2, advice: null });
    expect((await told("latest~1/dies")).steps[0]!.advice?.memory).toBeLessThan(7000);
  });

  test("prints a table with the advice, or only decorators to paste", async () => {
    const text = (await millrace(["usage", "latest~1"], at)).stdout;
    expect(text).toMatch(/^SampleFlow\/\S+\n\nSTEP +TASKS +TIME +WAITED +CPU .*\n/);
    expect(text).toMatch(/\nfit +3 .* 2 .* MB +6000 MB /);
    expect(text).toMatch(
      /\nfit +@resources\({ cpu: 1, memory: \d+00 }\) +at most 0\.\d cores and \d+ MB in 3 tasks of 1 run; asked for 6000 MB and cpu 2\n/,
    );
    const pasted = (await millrace(["usage", "latest~1/fit", "--write"], at)).stdout;
    expect(pasted).toMatch(/^\/\/ fit: at most .*\n@resources\({ cpu: 1, memory: \d+00 }\)\n$/);
  });

  test("tells runs of several machines apart", async () => {
    const { steps } = await told("latest~1/fit", "--by", "machine");
    expect(steps).toMatchObject([{ step: "fit", machine: expect.any(String) }]);
  });

  test("is what the client gives", async () => {
    const { steps } = await told("latest~1");
    const run = await Run.get("SampleFlow/latest~1", { datastore: at.datastore });
    // Of prices nothing is set here.
    expect(steps.map(({ advice: _, ...usage }) => ({ ...usage, cost: null }))).toEqual(await run.usage());
  });

  test.each([
    [["usage", "latest/fitt"], "/fit?"],
    [["usage", "nothing"], "no run's id is, begins or ends with that"],
    [["usage", "--last", "many"], "It takes a whole number."],
    [["usage", "--by", "step"], "Allowed choices are machine."],
  ])("a wrong question is answered: %j", async (words, answer) => {
    const seen = await millrace(words, at);
    expect(seen).toMatchObject({ code: 2, stdout: "" });
    expect(seen.stderr).toContain(answer);
  });
});
