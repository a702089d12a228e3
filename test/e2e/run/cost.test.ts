import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { Run } from "../../../sdk/client/index.ts";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { readRun } from "../../../runtime/datastore/reader/read-run.ts";
import { type Finished, folderOfFile, millrace } from "../../rigs/harness.ts";
import { startMillrace } from "../../rigs/started-command.ts";
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
const FAILS = `import { FlowSpec, main, parameter, resources, step, type Inputs } from "millrace";

class FailsFlow extends FlowSpec {
  @parameter() how = "";
  shards = [1, 2, 3];
  @step start() { this.next(this.fit, { foreach: "shards" }); }
  @resources({ cpu: 2 })
  @step async fit(shard: number) {
    if (shard === 2 && this.how === "throw") throw new Error("no data");
    if (shard === 2 && this.how === "wait") { console.log("waits"); await new Promise((done) => setTimeout(done, 60_000)); }
    this.next(this.join);
  }
  @step join(inputs: Inputs<FailsFlow>) { this.next(this.end); }
  @step end() {}
}
main(FailsFlow);
`;
const CLIENT = `import { Run } from "millrace/client";
console.log(JSON.stringify(await (await Run.get("PaidFlow/latest")).usage()));`;
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
    readonly lost: number;
  }[];
  readonly total: { readonly cost: number; readonly onSpot: number | null };
}

let cwd = "";
let datastore = "";
beforeAll(async () => {
  cwd = makeProject({
    "flow.ts": FLOW,
    "other.ts": OTHER,
    "fails.ts": FAILS,
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

describe("what a run cost", () => {
  test("is what the client tells with usage(), and null where no prices are set", async () => {
    const { steps } = await answerTo(["usage", "PaidFlow/latest", "--cost"]);
    const args = ["--input-type=module", "-e", CLIENT];
    const told = async (place: string) => {
      const env = { ...process.env, MILLRACE_DATASTORE: datastore };
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: place, env });
      return JSON.parse(stdout) as {
        step: string;
        cost: { currency: string; amount: number; failed: number } | null;
      }[];
    };
    const here = await told(cwd);
    expect(here.map(({ step, cost }) => [step, cost?.currency, cost?.amount, cost?.failed])).toEqual(
      steps.map(({ step, cost, failed }) => [step, "USD", cost, failed]),
    );
    const elsewhere = makeProject({ "package.json": ESM });
    expect((await told(elsewhere)).map(({ cost }) => cost)).toEqual(here.map(() => null));
  });

  test("of one whose process was killed holds what ran, until the run was last seen", async () => {
    const place = { cwd, datastore: folderOfFile() };
    const killed = startMillrace(["run", "fails.ts", "--how", "wait"], place);
    await killed.said("waits");
    const read = await Run.get("FailsFlow/latest", { datastore: place.datastore });
    const store = openDatastore(place.datastore);
    const goesOn = () => {
      const { tasks, lastSeenAt } = readRun(store, { flow: "FailsFlow", run: read.id });
      const waits = tasks.find(({ step, status }) => step === "fit" && status === "running");
      return waits !== undefined && lastSeenAt > waits.startedAt;
    };
    // A sign of life comes every ten seconds.
    await expect.poll(goesOn, { timeout: 60_000, interval: 200 }).toBe(true);
    killed.child.kill("SIGKILL");
    await killed.exit();
    await expect.poll(async () => (await read.refresh()).status, { timeout: 60_000 }).toBe("stale");
    const ended = await millrace(["usage", "FailsFlow/latest/fit", "--cost", "--json"], place);
    const { steps } = JSON.parse(ended.stdout) as Answer;
    expect(steps[0]).toMatchObject({ step: "fit", failed: 0 });
    expect(steps[0]!.lost).toBeGreaterThan(0);
    const { stdout } = await millrace(["usage", "FailsFlow/latest/fit", "--cost"], place);
    expect(stdout).toMatch(/^USD [\d.]+ of it is for attempts whose run died before they ended/m);
  });
});

describe("resume --plan-cost", () => {
  test("says what is left of a run will cost, and starts nothing", async () => {
    const place = { cwd, datastore: folderOfFile() };
    expect((await millrace(["run", "fails.ts"], place)).code).toBe(0);
    expect((await millrace(["run", "fails.ts", "--how", "throw", "--on-failure", "finish"], place)).code).toBe(1);
    const before = fs.readdirSync(path.join(place.datastore, "flows/FailsFlow")).length;
    const { code, stdout, stderr } = await millrace(["resume", "fails.ts", "--plan-cost"], place);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("what is left of FailsFlow if it goes as its 2 latest runs did; nothing has been started");
    expect(stdout).toMatch(/^fit +1 +/m);
    expect(stdout).toMatch(/^join +1 +/m);
    expect(stdout).not.toMatch(/^start/m);
    expect(stderr).toMatch(/would run: fit \(2 of 3 tasks|would run: fit/);
    const asJson = await millrace(["resume", "fails.ts", "--plan-cost", "--json"], place);
    const { steps } = JSON.parse(asJson.stdout) as { steps: { step: string; tasks: number }[] };
    expect(steps.map(({ step, tasks }) => [step, tasks])).toEqual([
      ["fit", 1],
      ["join", 1],
      ["end", 1],
    ]);
    expect(fs.readdirSync(path.join(place.datastore, "flows/FailsFlow"))).toHaveLength(before);
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
