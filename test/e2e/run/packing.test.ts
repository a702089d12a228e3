import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type FlowRun, millrace, readArtifacts, runFlow } from "../../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";

const FLOW = `
import { concurrency, FlowSpec, main, resources, step, type Inputs } from "millrace";
import { setTimeout as sleep } from "node:timers/promises";

type Use = { step: string; from: number; to: number };

class PackedFlow extends FlowSpec {
  items = [1, 2, 3, 4];
  use!: Use;
  uses!: Use[];

  @step start() { this.next(this.large, this.wide, this.called, this.plain); }

  @step large() { this.next(this.train, { foreach: "items" }); }
  @resources({ memory: 600 }) @step async train() { this.use = await used("train"); this.next(this.trained); }
  @step trained(inputs: Inputs<PackedFlow>) { this.uses = inputs.map(({ use }) => use); this.next(this.join); }

  @step wide() { this.next(this.fit, { foreach: "items" }); }
  @resources({ cpu: 1.5 }) @step async fit() { this.use = await used("fit"); this.next(this.fitted); }
  @step fitted(inputs: Inputs<PackedFlow>) { this.uses = inputs.map(({ use }) => use); this.next(this.join); }

  @step called() { this.next(this.first, this.second); }
  @concurrency({ limit: 1, key: "service" }) @step async first() { this.use = await used("call"); this.next(this.met); }
  @concurrency({ limit: 3, key: "service" }) @step async second() { this.use = await used("call"); this.next(this.met); }
  @step met(inputs: Inputs<PackedFlow>) { this.uses = inputs.map(({ use }) => use); this.next(this.join); }

  @step plain() { this.uses = []; this.next(this.join); }
  @step join(inputs: Inputs<PackedFlow>) { this.uses = inputs.flatMap(({ uses }) => uses); this.next(this.end); }
  @step end() {}
}

async function used(step: string): Promise<Use> {
  const from = Date.now();
  await sleep(60);
  return { step, from, to: Date.now() };
}

main(PackedFlow);
`;

interface Use {
  readonly step: string;
  readonly from: number;
  readonly to: number;
}

let file = "";
beforeAll(() => {
  const folder = makeProject({ "flow.ts": FLOW, "tsconfig.json": STANDARD, "package.json": ESM });
  file = path.join(folder, "flow.ts");
});

async function run(...args: readonly string[]): Promise<{ ended: FlowRun; uses: readonly Use[] }> {
  const ended = await runFlow(file, ["run", "--max-workers", "6", ...args]);
  expect(ended.code, ended.stderr).toBe(0);
  return { ended, uses: (readArtifacts(ended, "end") as { uses: Use[] }).uses };
}

/** The most of these that were at work at one moment. */
function atOnce(uses: readonly Use[]): number {
  const most = uses.map(({ from }) => uses.filter((other) => other.from <= from && from < other.to).length);
  return Math.max(0, ...most);
}

describe("tasks on this machine", () => {
  test("start when their processors and memory fit beside those that run, and a key limits steps together", async () => {
    const { uses } = await run("--max-memory", "1000", "--max-cpu", "3");
    const of = (...steps: string[]) => uses.filter(({ step }) => steps.includes(step));
    expect(of("train", "fit", "call")).toHaveLength(10);
    expect(atOnce(of("train"))).toBe(1);
    expect(atOnce(of("call"))).toBe(1);
    expect(atOnce(of("fit"))).toBeLessThanOrEqual(2);
    // 1.5 processors and 1 leave no room for another 1.
    for (const fit of of("fit")) {
      const beside = of("train", "call").filter(({ from, to }) => from < fit.from && fit.from < to);
      expect(beside.length).toBeLessThanOrEqual(1);
    }
  });

  test("run alone where they ask for more than there is, and the user is told", async () => {
    const { ended, uses } = await run("--max-memory", "500");
    expect(ended.stderr).toContain("note: train: asks for memory 600 MB, and there is 500 MB: its tasks run alone\n");
    for (const train of uses.filter(({ step }) => step === "train"))
      expect(uses.filter(({ from, to }) => from < train.to && train.from < to)).toEqual([train]);
  });

  test("that ask for nothing run one at a time where less than a processor is allowed, and nothing is said", async () => {
    const { ended, uses } = await run("--max-cpu", "0.5");
    expect(ended.stderr).not.toMatch(/note: (start|plain|first|end): /);
    expect(ended.stderr).toContain("note: fit: asks for cpu 1.5, and there is 0.5: its tasks run alone\n");
    expect(atOnce(uses)).toBe(1);
  });

  test.each([
    [["--max-cpu", "0"], "It must be a number of processors, 0.01 or more."],
    [["--max-cpu", "many"], "It must be a number of processors, 0.01 or more."],
    [["--max-memory", "-5"], "It must be a whole number, 1 or more."],
    [["--max-memory", "1.5"], "It must be a whole number, 1 or more."],
    [["--with", "concurrency:limit=0"], "limit must be a whole number of at least 1"],
    [["--with", "concurrency"], "it sets no limit"],
    [["--with", "resources:cpu=NaN"], "cpu must be a number of at least 0.01"],
  ])("wrong amounts are refused before anything runs: %j", async (args, text) => {
    const ended = await millrace(["run", file, ...args], { cwd: path.dirname(file) });
    expect(ended).toMatchObject({ code: 2 });
    expect(ended.stderr).toContain(text);
  });
});
