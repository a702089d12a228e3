import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { node, ROOT } from "../rigs/harness.ts";
import { installedProject } from "../rigs/project.ts";

const FLOW = `
  import { FlowSpec, main, parameter, step } from "millrace";
  export class ScoreFlow extends FlowSpec {
    @parameter() factors = 2;
    score!: number;
    @step start() { this.score = this.factors * 2; this.next(this.end); }
    @step end() { if (this.score > 100) throw new RangeError("too much"); }
  }
  main(ScoreFlow);
`;

const SCRIPT = `
  import assert from "node:assert/strict";
  import { MillraceError } from "millrace";
  import { Runner } from "millrace/testing";
  const runner = new Runner("flow.ts");
  const { run, status } = await runner.run({ factors: 8 });
  assert.deepEqual([status, await run.data.score], ["succeeded", 16]);
  await assert.rejects(runner.run({ factors: "8" }), MillraceError);
  console.log("the script is through");
`;

const TEST = `
  import { expect, test } from "vitest";
  import { MillraceError } from "millrace";
  import { Runner, testStep } from "millrace/testing";
  import { ScoreFlow } from "./flow.ts";
  test("the flow", async () => {
    const { run, status, failure } = await new Runner(ScoreFlow).run({ factors: 60 });
    expect([status, failure?.error.name]).toEqual(["failed", "RangeError"]);
  });
  test("the step", async () => {
    const { artifacts, next } = await testStep(ScoreFlow, "start", { parameters: { factors: 8 } });
    expect([artifacts.score, next.targets]).toEqual([16, ["end"]]);
    await expect(testStep(ScoreFlow, "end", { artifacts: { score: 101 } })).rejects.toThrow(RangeError);
    await expect(testStep(ScoreFlow, "strt" as "start")).rejects.toBeInstanceOf(MillraceError);
  });
`;

test("the package works in a script under plain Node", async () => {
  const cwd = installedProject({ "flow.ts": FLOW, "script.mjs": SCRIPT });
  const { code, stdout, stderr } = await node(["script.mjs"], { cwd });
  expect([code, stdout, stderr]).toEqual([0, "the script is through\n", ""]);
});

test("a runner that is shown prints what the command prints", async () => {
  const script = 'import { Runner } from "millrace/testing"; await new Runner("flow.ts", { show: true }).run();';
  const cwd = installedProject({ "flow.ts": FLOW, "script.mjs": script });
  const { code, stderr } = await node(["script.mjs"], { cwd });
  expect(code).toBe(0);
  expect(stderr).toMatch(/ScoreFlow run \d{8}-.*succeeded ScoreFlow/s);
});

test("the package works under Vitest as it is installed", async () => {
  const cwd = installedProject({ "flow.ts": FLOW, "flow.test.ts": TEST });
  fs.symlinkSync(path.join(ROOT, "node_modules/vitest"), path.join(cwd, "node_modules/vitest"), "junction");
  // A whole run takes longer than the usual 5 s where the machine is busy.
  const command = [path.join(ROOT, "node_modules/vitest/vitest.mjs"), "run", "--testTimeout=100000"];
  const { code, stdout, stderr } = await node(command, { cwd });
  expect(code, stdout + stderr).toBe(0);
  expect(stdout).toContain("2 passed");
});

test("a file that runs its own flow when it is read is stopped", async () => {
  const script = FLOW.replace("main(ScoreFlow)", "await new Runner(ScoreFlow).run()");
  const cwd = installedProject({ "flow.ts": `import { Runner } from "millrace/testing";\n${script}` });
  const { code, stderr } = await node([path.join(ROOT, "node_modules/tsx/dist/cli.mjs"), "flow.ts"], { cwd });
  expect(code).toBe(1);
  expect(stderr).toContain("Cannot start a run because the flow's own file does so while it is read");
});
