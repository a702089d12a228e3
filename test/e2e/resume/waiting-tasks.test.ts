import path from "node:path";
import { expect, test } from "vitest";
import { millrace, withRun } from "../../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";
import { startFlow } from "./started-flow.ts";
import { scene } from "./trace.ts";

/** With HOLD, the second region waits for the end of the run; with one worker the third and fourth never start. */
const FLOW = `import { current, FlowSpec, main, step, type Inputs } from "millrace";

class GridFlow extends FlowSpec {
  size: "small" | "large" = "small";
  regions = ["north", "east", "south", "west"];
  folds = [0, 1];
  @step start() { this.next({ small: this.sample, large: this.full }, { condition: "size" }); }
  @step sample() { this.next(this.split); }
  @step full() { this.next(this.check); }
  @step check() { this.next(this.split); }
  @step split() { this.next(this.region, { foreach: "regions" }); }
  @step async region() {
    if (this.index === 1 && process.env.HOLD === "yes") {
      console.error("working");
      await new Promise((resolve) => current.signal.addEventListener("abort", resolve));
    }
    this.next(this.fit, { foreach: "folds" });
  }
  @step fit() { this.next(this.j1); }
  @step j1(inputs: Inputs<GridFlow>) { this.next(this.j2); }
  @step j2(inputs: Inputs<GridFlow>) { this.next(this.end); }
  @step end() {}
}
main(GridFlow);
`;

interface Plan {
  readonly otherSteps: readonly string[];
  readonly others: readonly { step: string; reason: { kind: string }; text: string }[];
}

async function stoppedRun(signal: "SIGTERM" | "SIGKILL") {
  const cwd = makeProject({ "flow.ts": FLOW, "tsconfig.json": STANDARD, "package.json": ESM });
  const file = path.join(cwd, "flow.ts");
  const { datastore, env } = scene();
  const run = startFlow(file, ["run", "--max-workers", "1", "--grace", "60s"], {
    datastore,
    env: { ...env, HOLD: "yes" },
  });
  await run.said("working");
  process.kill(run.pid, signal);
  await run.exit();
  await run.allGone();
  return (...args: string[]) => millrace(["resume", file, ...args], { datastore, env });
}

test("of a run that was interrupted while tasks waited, the plan names all that the resume then runs", async () => {
  const resume = await stoppedRun("SIGTERM");
  const { stderr } = await resume("--dry-run");
  expect(stderr).toContain("\n  region runs on: 2 of 4 tasks were finished\n");
  expect(stderr).toContain("\n  fit runs on: 2 tasks were finished, and more may follow region\n");
  expect(stderr).toContain("\n  j1 runs on: 1 task was finished, and more may follow fit\n");
  expect(stderr).toContain("\n  runs, as nothing of it had started: j2, end\n");
  expect(stderr).toContain("\n  does not run, as no task leads to it: full, check\n");
  expect(stderr).toMatch(
    /^would run: region \(2 of 4 tasks\), fit \(its other tasks\), j1 \(its other tasks\), j2, end$/m,
  );
  const plan = JSON.parse((await resume("--dry-run", "--json")).stdout) as Plan;
  expect(plan.otherSteps).toEqual(["region", "fit", "j1", "j2", "end"]);

  const resumed = withRun(await resume());
  expect(resumed.code, resumed.stderr).toBe(0);
  const ran = new Set(resumed.summary.tasks.filter(({ isReused }) => !isReused).map(({ step }) => step));
  expect([...ran].sort()).toEqual([...plan.otherSteps].sort());

  const again = await resume("--dry-run");
  expect(again.stderr).toMatch(/^GridFlow\/\S+ succeeded: every task is reused\nresuming GridFlow/m);
  expect(again.stderr).toMatch(/^would run: no step$/m);
});

test("of a run whose scheduler was killed while tasks waited, the plan counts what was stopped and what was finished", async () => {
  const resume = await stoppedRun("SIGKILL");
  const { stderr } = await resume("--dry-run");
  expect(stderr).toContain("\n  region runs because 1 of its tasks was stopped; 1 of 4 tasks was finished\n");
  expect(stderr).toContain("\n  fit runs on: 2 tasks were finished, and more may follow region\n");
  expect(stderr).toMatch(/^would run: region \(3 of 4 tasks\), fit/m);
  const plan = JSON.parse((await resume("--dry-run", "--json")).stdout) as Plan;
  expect(plan.otherSteps).toEqual(["region", "fit", "j1", "j2", "end"]);
  expect(plan.others.filter(({ reason }) => reason.kind === "not-taken").map(({ step }) => step)).toEqual([
    "full",
    "check",
  ]);
  const again = await resume("region", "--dry-run");
  expect(again.stderr).toContain("\n  region runs again because you named it\n");
  expect(again.stderr).toContain("\n  region runs because 1 of its tasks was stopped\n");
  expect(again.stderr).toMatch(/^would run: region, fit, j1, j2, end$/m);
  // A step that the switch did not take stays untaken until the step that chose runs again.
  const named = JSON.parse((await resume("start", "--dry-run", "--json")).stdout) as Plan;
  expect(named.otherSteps).toEqual(expect.arrayContaining(["start", "sample", "full", "check", "end"]));
});
