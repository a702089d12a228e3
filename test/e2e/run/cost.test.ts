import fs from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type Finished, folderOfFile, millrace } from "../../rigs/harness.ts";
import { ESM, LEGACY, makeProject } from "../../rigs/project.ts";

const FLOW = `import { FlowSpec, main, resources, retry, step, current, type Inputs } from "millrace";

class PaidFlow extends FlowSpec {
  shards = [1, 2, 3];
  @step start() { this.next(this.fit, { foreach: "shards" }); }
  @retry({ times: 1, delay: "0s" }) @resources({ cpu: 2, memory: 4096 })
  @step fit(shard: number) {
    if (shard === 2 && current.attempt === 0) throw new Error("again");
    this.next(this.join);
  }
  @step join(inputs: Inputs<PaidFlow>) { this.next(this.end); }
  @step end() {}
}
main(PaidFlow);
`;
const OTHER = `import { FlowSpec, main, step } from "millrace";
class OtherFlow extends FlowSpec { @step start() { this.next(this.end); } @step end() {} }
main(OtherFlow);
`;
const PRICES = { currency: "USD", asOf: "2026-01-15", cpuHour: 3600, memoryGbHour: 360, spotFactor: 0.25 };

interface Attempt {
  readonly startedAt: number;
  readonly finishedAt: number;
}
interface Answer {
  readonly runs: readonly string[];
  readonly steps: readonly {
    readonly step: string;
    readonly tasks: number;
    readonly attempts: number;
    readonly cost: number;
    readonly unused: number;
    readonly failed: number;
  }[];
  readonly total: { readonly cost: number; readonly onSpot: number | null };
}

let cwd = "";
let datastore = "";
beforeAll(async () => {
  cwd = makeProject({
    "flow.ts": FLOW,
    "other.ts": OTHER,
    "package.json": ESM,
    "tsconfig.json": LEGACY,
    "millrace.config.json": JSON.stringify({ prices: PRICES }),
  });
  datastore = folderOfFile();
  for (const file of ["other.ts", "flow.ts", "flow.ts"]) {
    const ended = await command(["run", file]);
    expect(ended.code, ended.stderr).toBe(0);
  }
});

function command(args: readonly string[]): Promise<Finished> {
  return millrace(args, { cwd, datastore });
}

async function answerTo(args: readonly string[]): Promise<Answer> {
  const { code, stdout, stderr } = await command([...args, "--json"]);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Answer;
}

describe("usage --cost", () => {
  test("is what was asked for, times the time of every attempt", async () => {
    const { steps, total } = await answerTo(["usage", "PaidFlow/latest", "--cost"]);
    const status = (await answerTo(["status", "PaidFlow/latest"])) as unknown as {
      tasks: { step: string; attempts: Attempt[] }[];
    };
    const seconds = (step: string) =>
      status.tasks
        .filter((task) => task.step === step)
        .flatMap(({ attempts }) => attempts)
        .reduce((sum, { startedAt, finishedAt }) => sum + (finishedAt - startedAt) / 1000, 0);
    const fit = steps.find(({ step }) => step === "fit");
    expect(fit).toMatchObject({ tasks: 3, attempts: 4 });
    // A second of two processors and 4 GB costs 2 and 0.4.
    expect(fit?.cost).toBeCloseTo(2.4 * seconds("fit"), 6);
    expect(fit?.failed).toBeGreaterThan(0);
    expect(fit?.unused).toBeGreaterThan(0);
    expect(fit?.unused).toBeLessThan(fit?.cost ?? 0);
    // What asks for nothing is one processor.
    expect(steps.find(({ step }) => step === "join")?.cost).toBeCloseTo(seconds("join"), 6);
    expect(total.cost).toBeCloseTo(
      steps.reduce((sum, { cost }) => sum + cost, 0),
      9,
    );
    expect(total.onSpot).toBeCloseTo(total.cost / 4, 9);
  });

  test("adds up several runs of a flow, takes one step, and says how old the prices are", async () => {
    const one = await answerTo(["usage", "PaidFlow/latest", "--cost"]);
    const both = await answerTo(["usage", "PaidFlow/latest", "--cost", "--last", "5"]);
    expect(both.runs).toHaveLength(2);
    expect(both.total.cost).toBeGreaterThan(one.total.cost);
    const { stdout } = await command(["usage", "PaidFlow/latest/fit", "--cost"]);
    expect(stdout).toMatch(/^STEP +TASKS +ATTEMPTS +TIME +CPU +MEMORY +COST USD +UNUSED +FAILED$/m);
    expect(stdout).toMatch(/^fit +3 +4 +.* 2 +4096 MB +[\d.]+ +[\d.]+ \d+% +[\d.]+$/m);
    expect(stdout).not.toMatch(/^join/m);
    expect(stdout).toMatch(/^on Spot it would be USD [\d.]+ \(spotFactor 0\.25\)$/m);
    expect(stdout).toMatch(/^note: prices of 2026-01-15, \d+ days old: see whether they still hold$/m);
  });

  test("without a run sets the flows of the store side by side", async () => {
    const { stdout, code } = await command(["usage", "--cost", "--last", "30"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^FLOW +RUNS +TASKS +ATTEMPTS +TIME +COST USD +UNUSED +FAILED$/m);
    expect(stdout).toMatch(/^OtherFlow +1 +2 +2 /m);
    expect(stdout).toMatch(/^PaidFlow +2 +12 +14 /m);
    expect(stdout).toMatch(/^total +3 +14 +16 /m);
  });
});

describe("run --plan-cost", () => {
  test("says what a run will cost by past ones, and starts nothing", async () => {
    const before = fs.readdirSync(path.join(datastore, "flows/PaidFlow")).length;
    const { code, stdout, stderr } = await command(["run", "flow.ts", "--plan-cost"]);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("if it goes as its 2 latest runs did; nothing has been started");
    expect(stdout).toMatch(/^fit +3 +4\.0 +/m);
    const planned = (await answerTo(["run", "flow.ts", "--plan-cost"])) as unknown as {
      steps: { step: string; tasks: number; wallMs: { median: number }; cost: { median: number } }[];
    };
    const fit = planned.steps.find(({ step }) => step === "fit");
    expect(fit?.cost.median).toBeCloseTo(4 * 2.4 * ((fit?.wallMs.median ?? NaN) / 1000), 6);
    expect(fs.readdirSync(path.join(datastore, "flows/PaidFlow"))).toHaveLength(before);
  });

  test("without past runs, and anything about costs without prices, is one error and exit code 2", async () => {
    const none = await millrace(["run", "flow.ts", "--plan-cost"], { cwd });
    expect(none).toMatchObject({ code: 2, stdout: "" });
    expect(none.stderr).toContain("Cannot tell what a run of PaidFlow will cost because no task of it has ended");
    const elsewhere = makeProject({ "flow.ts": FLOW, "package.json": ESM, "tsconfig.json": LEGACY });
    for (const args of [
      ["run", "flow.ts", "--plan-cost"],
      ["usage", "PaidFlow/latest", "--cost"],
    ]) {
      const ended = await millrace(args, { cwd: elsewhere, datastore });
      expect(ended).toMatchObject({ code: 2, stdout: "" });
      expect(ended.stderr).toContain("Cannot tell what runs cost because no prices are set");
    }
  });
});
