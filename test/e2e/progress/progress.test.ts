import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { millrace, MILLRACE, tsx } from "../../rigs/harness.ts";
import { screenOf } from "../../rigs/terminal.ts";
import { ESM, LEGACY, makeProject } from "../../rigs/project.ts";

const FLOW = `import { FlowSpec, current, main, step, type Inputs } from "millrace";
import fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

class FitFlow extends FlowSpec {
  airports = [{ code: "VIE" }];
  @step start() {
    for (let row = 0; row < 1000; row += 1) current.progress(row / 1000, "row");
    this.next(this.fit, { foreach: "airports", label: "code" });
  }
  @step async fit() {
    current.progress(0.1, "epoch 1");
    current.progress(0.4, "epoch 4");
    while (!fs.existsSync(process.env.GO!)) await sleep(50);
    this.next(this.collect);
  }
  @step collect(inputs: Inputs<FitFlow>) { this.next(this.end); }
  @step end() { (current.progress as (fraction: unknown) => void)(process.env.LAST === undefined ? 1 : Number(process.env.LAST)); }
}
main(FitFlow);
`;

test("what a task tells last is in status while it runs, and nothing of it is printed without a terminal", async () => {
  const cwd = makeProject({ "flow.ts": FLOW, "package.json": ESM, "tsconfig.json": LEGACY });
  const at = { cwd, datastore: path.join(cwd, "store") };
  const go = path.join(cwd, "go");
  const run = tsx("./flow.ts", ["run"], { ...at, env: { GO: go } });
  onTestFinished(() => fs.writeFileSync(go, ""));
  const status = async (...args: string[]) => (await millrace(["status", "flow.ts", ...args], at)).stdout;
  await expect.poll(status, { timeout: 60_000, interval: 500 }).toMatch(/^fit\/2 VIE +40% {2}epoch 4 {2}\S/m);
  const { tasks } = JSON.parse(await status("--json")) as { tasks: { step: string; progress: object | null }[] };
  expect(tasks.map(({ step, progress }) => [step, progress])).toEqual([
    ["start", null],
    ["fit", { fraction: 0.4, note: "epoch 4", time: expect.any(Number) as number }],
  ]);
  fs.writeFileSync(go, "");
  const { code, stdout, stderr } = await run;
  expect(code, stderr).toBe(0);
  expect(stdout + stderr).not.toMatch(/epoch|row|%/);
  expect(await status()).not.toContain("PROGRESS");
  const fsck = await millrace(["fsck", "--datastore", at.datastore]);
  expect(fsck.code, fsck.stdout).toBe(0);
});

test("what is no fraction fails the step with an error that says what is wanted", async () => {
  const cwd = makeProject({ "flow.ts": FLOW, "package.json": ESM, "tsconfig.json": LEGACY, go: "" });
  const { code, stderr } = await tsx("./flow.ts", ["run"], { cwd, env: { GO: path.join(cwd, "go"), LAST: "40" } });
  expect(code).toBe(1);
  expect(stderr).toContain("Cannot show current.progress because it takes a fraction from 0 to 1: 40");
});

const hasScript = fs.existsSync("/usr/bin/script");

test.skipIf(!hasScript)(
  "a terminal shows the bar, the fraction and the note below the step, with the label",
  async () => {
    const cwd = makeProject({ "flow.ts": FLOW, "package.json": ESM, "tsconfig.json": LEGACY });
    const go = path.join(cwd, "go");
    const command = `${process.execPath} ${MILLRACE} run flow.ts --datastore ${path.join(cwd, "store")}`;
    const child = spawn("script", ["-qec", command, "/dev/null"], {
      cwd,
      env: { ...process.env, GO: go },
      stdio: ["ignore", "pipe", "ignore"],
    });
    let shown = "";
    child.stdout.on("data", (bytes: Buffer) => (shown += bytes.toString()));
    const closed = new Promise((resolve) => child.on("close", resolve));
    const plain = () => screenOf(shown);
    await expect.poll(plain, { timeout: 60_000 }).toMatch(/ {2}fit\/2 VIE {2}████░░░░░░ {2}40% {2}epoch 4/);
    fs.writeFileSync(go, "");
    expect(await closed).toBe(0);
  },
);
