import path from "node:path";
import { expect, test } from "vitest";
import { millrace } from "../../rigs/harness.ts";
import { Run } from "../../../sdk/client/index.ts";
import type { AttemptSummary } from "../../../runtime/datastore/reader/run-summary.ts";
import { ESM, LEGACY, makeProject } from "../../rigs/project.ts";
import type { RunEvent, TaskUsage } from "../../../runtime/datastore/run-event.ts";

const FLOW = `import { FlowSpec, current, main, retry, step } from "millrace";

class UsesFlow extends FlowSpec {
  @step start() { this.next(this.burns); }
  @retry({ times: 1, delay: "0s" })
  @step burns() {
    const until = process.cpuUsage().user + 300_000;
    while (process.cpuUsage().user < until);
    if (current.attempt === 0) throw new Error("again");
    this.next(this.large);
  }
  @step async large() {
    const kept = Buffer.alloc(400_000_000, 1);
    if (process.env.KILL !== undefined) {
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      process.kill(process.pid, "SIGKILL");
    }
    console.log(kept.length);
    this.next(this.small);
  }
  @step async small() {
    for (let turn = 0; turn < 3; turn += 1) {
      gc!();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    this.next(this.end);
  }
  @step end() {}
}
main(UsesFlow);
`;

function project() {
  const cwd = makeProject({ "flow.ts": FLOW, "package.json": ESM, "tsconfig.json": LEGACY });
  return { cwd, datastore: path.join(cwd, "store"), env: { NODE_OPTIONS: "--expose-gc" } };
}

/** What each attempt used, in the order in which they ended. */
function usagesOf(events: readonly RunEvent[]): (TaskUsage | undefined)[] {
  return events.flatMap((event) =>
    event.type === "task-succeeded" || event.type === "task-failed" ? [event.usage] : [],
  );
}

/** Of the step's task in the latest run, as `status --json` and the client have them, which is the same. */
async function usagesByStep(at: ReturnType<typeof project>, step: string): Promise<(TaskUsage | null)[]> {
  const { stdout } = await millrace(["status", `UsesFlow/latest/${step}`, "--json"], at);
  const { tasks } = JSON.parse(stdout) as { tasks: { step: string; attempts: AttemptSummary[] }[] };
  const usages = tasks.find((task) => task.step === step)!.attempts.map(({ usage }) => usage);
  const task = await (await Run.get("UsesFlow/latest", { datastore: at.datastore })).step(step).task();
  expect((await task.attempts()).map(({ usage }) => usage)).toEqual(usages);
  return usages;
}

test("each attempt tells its processor time and its own peak, and the last line their sum and maximum", async () => {
  const at = project();
  const run = await millrace(["run", "flow.ts", "--json"], at);
  expect(run.code, run.stderr).toBe(0);
  const [start, failed, burns, large, , end] = usagesOf(run.events);
  for (const one of [failed, burns]) expect(one?.cpuMs).toBeGreaterThanOrEqual(290);
  expect(start?.cpuMs).toBeLessThan(290);
  expect(large?.peakMemory).toBeGreaterThan(400e6);
  // What a task before it needed is not its own, where the system tells them apart.
  if (process.platform === "linux") expect(end?.peakMemory).toBeLessThan(400e6);
  expect(await usagesByStep(at, "burns")).toEqual([failed, burns]);
  expect(run.stderr).toMatch(/succeeded UsesFlow \S+ in .* \(1 retried, CPU .*, peak memory \d{3} MB\)\n/);

  const resumed = await millrace(["resume", "flow.ts", "end"], at);
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(resumed.stderr).toMatch(/succeeded UsesFlow \S+ in .* \(4 reused, CPU .*, peak memory .*B\)\n/);
});

test("of a task whose process is killed the figures are what was seen of it, and the last line says so", async () => {
  const at = project();
  const run = await millrace(["run", "flow.ts", "--json"], { ...at, env: { ...at.env, KILL: "1" } });
  expect(run.code).toBe(1);
  const seen = usagesOf(run.events).at(-1);
  if (process.platform === "linux") {
    expect(seen).toMatchObject({ isPartial: true });
    expect(seen?.peakMemory).toBeGreaterThan(400e6);
  } else expect(seen).toBeUndefined();
  expect(await usagesByStep(at, "large")).toEqual([seen ?? null]);
  expect(run.stderr).toMatch(
    /failed UsesFlow \S+ after .* \(1 retried, CPU at least .*, peak memory at least .*\): large/,
  );
});

const CHILDREN = `import { FlowSpec, main, step } from "millrace";
import { execFile, execFileSync } from "node:child_process";
import fs from "node:fs";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { deflateSync } from "node:zlib";

const takes = (mb: number, ms = 0) => ["-e", \`Buffer.alloc(\${mb} * 2 ** 20, 1); setTimeout(() => 0, \${ms})\`];

class ChildrenFlow extends FlowSpec {
  @step start() {
    execFileSync(process.execPath, ["-e", "while (process.cpuUsage().user < 300_000);"]);
    this.next(this.writes);
  }
  @step writes() {
    fs.writeFileSync("large.bin", Buffer.alloc(5_000_000));
    fs.readFileSync("large.bin");
    this.next(this.small);
  }
  @step small() {
    this.next(this.child);
  }
  // As long as it takes to fill them.
  @step child() {
    execFileSync("dd", ["if=/dev/zero", "of=/dev/null", "bs=300M", "count=1"], { stdio: "ignore" });
    this.next(this.atOnce);
  }
  @step async atOnce() {
    await Promise.all([1, 2].map(() => promisify(execFile)(process.execPath, takes(200, 1000))));
    this.next(this.inTurn);
  }
  @step inTurn() {
    for (let turn = 0; turn < 4; turn += 1) execFileSync(process.execPath, takes(200, 100));
    this.next(this.thread);
  }
  @step async thread() {
    await new Promise((done) => {
      new Worker("Buffer.alloc(300 * 2 ** 20, 1)", { eval: true }).on("exit", done);
    });
    this.next(this.native);
  }
  // Of which V8 knows nothing.
  @step native() {
    deflateSync(Buffer.alloc(1), { memLevel: 9 });
    const parts = Array.from({ length: 3 }, () => Buffer.allocUnsafeSlow(100 * 2 ** 20).fill(1));
    console.log(parts.length);
    this.next(this.end);
  }
  @step end() {}
}
main(ChildrenFlow);
`;

test("what child processes computed and had in memory counts, and what the step read and wrote", async () => {
  const at = { ...project(), cwd: makeProject({ "flow.ts": CHILDREN, "package.json": ESM, "tsconfig.json": LEGACY }) };
  const run = await millrace(["run", "flow.ts"], at);
  expect(run.code, run.stderr).toBe(0);
  const read = await Run.get("ChildrenFlow/latest", { datastore: at.datastore });
  const [start, writes] = [await read.step("start").task(), await read.step("writes").task()];
  expect(start.usage?.userMs).toBeGreaterThanOrEqual(280);
  expect(start.usage?.wallMs).toBeGreaterThanOrEqual(280);
  if (process.platform !== "linux") return;
  expect(writes.usage?.writtenBytes).toBeGreaterThanOrEqual(5_000_000);
  expect(writes.usage?.readBytes).toBeGreaterThanOrEqual(5_000_000);
  expect(start.usage?.writtenBytes).toBeLessThan(1_000_000);
  const peaks = new Map<string, number>();
  for (const step of ["small", "child", "atOnce", "inTurn", "thread", "native"])
    peaks.set(step, (await read.step(step).task()).usage!.peakMemoryMb!);
  const [small = 0, child = 0, atOnce = 0, inTurn = 0, thread = 0, native = 0] = peaks.values();
  // What the step's own process has changes by some MB.
  expect(child - small).toBeGreaterThan(300 * 0.9);
  expect(child - small).toBeLessThan(300 * 1.1);
  // Each with what Node itself takes.
  expect(atOnce - small).toBeGreaterThan(2 * 200);
  expect(inTurn - small).toBeGreaterThan(200 * 0.95);
  expect(inTurn - small).toBeLessThan(2 * 200);
  for (const own of [thread, native]) expect(own - small).toBeGreaterThan(300 * 0.95);
});
