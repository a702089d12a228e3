import path from "node:path";
import { expect, test } from "vitest";
import { millrace } from "../../rigs/harness.ts";
import { ESM, LEGACY, makeProject } from "../../rigs/project.ts";

const FLOW = `import { FlowSpec, current, main, resources, retry, step } from "millrace";

class GrowsFlow extends FlowSpec {
  @step start() { this.next(this.train); }
  @retry({ times: 2, delay: "0s" })
  @resources({ memory: ({ attempt }) => MEMORY })
  @step async train() {
    await new Promise((resolve) => setTimeout(resolve, 120));
    if (current.attempt === 0) throw new Error("again");
    this.next(this.end);
  }
  @step end() {}
}
main(GrowsFlow);
`;

function project(memory: string) {
  const cwd = makeProject({ "flow.ts": FLOW.replace("MEMORY", memory), "package.json": ESM, "tsconfig.json": LEGACY });
  return { cwd, datastore: path.join(cwd, "store") };
}

test("needs by attempt are shown, kept with the run, and counted for the attempt that asked for them", async () => {
  const at = project("1024 * 1000 ** attempt");
  expect((await millrace(["show", "flow.ts"], at)).stdout).toContain("memory 1024, 1024000, 1024000000 MB by attempt");
  const run = await millrace(["run", "flow.ts"], at);
  expect(run.code, run.stderr).toBe(0);
  expect(run.stderr).toMatch(/train: attempt 2 asks for memory 1024000000 MB, and there is \d+ MB: it runs alone/);
  const { stdout } = await millrace(["usage", "--json", "GrowsFlow/latest"], at);
  const { steps } = JSON.parse(stdout) as {
    steps: { step: string; asked: object; wallMs: { sum: number }; wasted: { memoryGbHours: number } }[];
  };
  const train = steps.find(({ step }) => step === "train")!;
  expect(train.asked).toMatchObject({ memoryMb: 1024 });
  // The second of two attempts alike asked for 1,000 GB.
  const hours = train.wallMs.sum / 3_600_000;
  expect(train.wasted.memoryGbHours / hours).toBeGreaterThan(100);
});

test("a need that is none is one error with step and attempt, before anything runs", async () => {
  const seen = await millrace(["run", "flow.ts"], project("4000 - 4000 * attempt"));
  expect(seen.code).toBe(2);
  expect(seen.stderr).toContain(
    "Cannot use @resources because memory of attempt 1 of step train must be a number of at least 1: 0",
  );
  expect(seen.stderr).toContain("at step train");
});
