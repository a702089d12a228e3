import path from "node:path";
import { describe, expect, test } from "vitest";
import { type FlowRun, readArtifacts, runFlow, tasksOf, temporaryFolder } from "../../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";

const FLOW = `
import { FlowSpec, main, resources, step, type Inputs } from "millrace";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

type Use = { step: string; devices: string | undefined; from: number; to: number };

class GpuFlow extends FlowSpec {
  models = [1, 2, 3, 4, 5];
  use!: Use;
  uses!: Use[];

  @step start() { this.next(this.fan, this.plain); }
  @step fan() { this.next(this.train, { foreach: "models" }); }
  @resources({ gpu: 1 }) @step async train() { this.use = await used("train"); this.next(this.gather); }
  @step gather(inputs: Inputs<GpuFlow>) { this.uses = inputs.map(({ use }) => use); this.next(this.join); }
  @step async plain() { this.uses = [await used("plain")]; this.next(this.join); }
  @step join(inputs: Inputs<GpuFlow>) { this.uses = inputs.flatMap(({ uses }) => uses); this.next(this.large); }
  @resources({ gpu: 8 }) @step async large() { this.uses.push(await used("large")); this.next(this.end); }
  @step end() {}
}

async function used(step: string): Promise<Use> {
  const from = Date.now();
  if (step === "train") await another();
  return { step, devices: process.env.CUDA_VISIBLE_DEVICES, from, to: Date.now() };
}

/** The first two meet: each goes on once the other has begun. */
async function another(): Promise<void> {
  const folder = process.env.MEET!;
  fs.writeFileSync(path.join(folder, String(Math.random())), "");
  while (fs.readdirSync(folder).length < 2) await sleep(10);
  await sleep(100);
}

main(GpuFlow);
`;

interface Use {
  readonly step: string;
  readonly devices?: string;
  readonly from: number;
  readonly to: number;
}

async function run(env: Readonly<Record<string, string>>): Promise<{ run: FlowRun; uses: readonly Use[] }> {
  const folder = makeProject({ "flow.ts": FLOW, "tsconfig.json": STANDARD, "package.json": ESM });
  const ended = await runFlow(path.join(folder, "flow.ts"), ["run", "--max-workers", "4"], {
    env: { ...env, MEET: temporaryFolder() },
  });
  expect(ended.code, ended.stderr).toBe(0);
  return { run: ended, uses: (readArtifacts(ended, "end") as { uses: Use[] }).uses };
}

/** Pairs that ran at the same time. */
function together(uses: readonly Use[]): [Use, Use][] {
  return uses.flatMap((one, at) =>
    uses
      .slice(at + 1)
      .flatMap((other): [Use, Use][] => (one.from < other.to && other.from < one.to ? [[one, other]] : [])),
  );
}

describe("steps that ask for GPUs", () => {
  test("run as many at once as there are, each on its own, and hold up no other step", async () => {
    const { run: ended, uses } = await run({ MILLRACE_GPUS: "2" });
    const training = uses.filter(({ step }) => step === "train");
    expect(training).toHaveLength(5);
    expect(new Set(training.map(({ devices }) => devices))).toEqual(new Set(["0", "1"]));
    for (const [one, other] of together(training)) expect(one.devices).not.toBe(other.devices);
    expect(uses.find(({ step }) => step === "plain")!.devices).toBeUndefined();
    expect(tasksOf(ended, "train")).toHaveLength(5);
    expect(ended.stderr).toContain("note: train, large: tasks share the 2 GPUs of this machine");
  });

  test("get all there are when they ask for more, and the user is told", async () => {
    const { run: ended, uses } = await run({ MILLRACE_GPUS: "2" });
    expect(uses.find(({ step }) => step === "large")!.devices).toBe("0,1");
    expect(ended.stderr).toContain(
      "note: large: runs on this machine; gpu 8 (there are 2), cpu 1, memory 4096 MB not enforced",
    );
    expect(ended.stderr).not.toMatch(/note: train: .*gpu \d/);
  });

  test("run without a limit where there are none to share", async () => {
    const { uses } = await run({ MILLRACE_GPUS: "0" });
    const training = uses.filter(({ step }) => step === "train");
    expect(together(training).length).toBeGreaterThan(0);
    expect(training.every(({ devices }) => devices === undefined)).toBe(true);
  });
});
