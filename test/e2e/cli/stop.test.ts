import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { readRun } from "../../../runtime/datastore/reader/read-run.ts";
import { foreach, SampleRun, sampleStore, started, succeeded } from "../../datastore/sample-store.ts";
import { millrace } from "../../rigs/harness.ts";
import { ESM, LEGACY, makeProject } from "../../rigs/project.ts";
import { startMillrace } from "../../rigs/started-command.ts";

/** Its middle step goes on for an hour, or for three seconds if that is told. */
const FLOW = `import { FlowSpec, current, main, onExit, step } from "millrace";
import { setTimeout as sleep } from "node:timers/promises";

@onExit({ error: ({ status, error, reason }) => console.log("hook:", status, error, reason) })
class TrainFlow extends FlowSpec {
  @step start() { this.next(this.train); }
  @step async train() {
    console.log("training");
    await sleep(process.env.SHORT === undefined ? 3_600_000 : 3_000, undefined, { signal: current.signal }).catch(() => {
      console.log("told to stop");
      throw new Error("stopped halfway");
    });
    this.next(this.end);
  }
  @step end() {}
}
main(TrainFlow);
`;

function project() {
  const cwd = makeProject({ "flow.ts": FLOW, "package.json": ESM, "tsconfig.json": LEGACY });
  return { cwd, datastore: path.join(cwd, "store"), env: { MILLRACE_USER: "ada" } };
}

async function training(at = project()) {
  const run = startMillrace(["run", "flow.ts"], at);
  await run.said("training");
  return { at, run, id: /run (\S+)/.exec(run.text())?.[1] ?? "" };
}

test("stop ends a run of another process as Ctrl-C does: it exits with 130 and says who stopped it", async () => {
  const { at, run, id } = await training();
  const stopped = await millrace(["stop"], at);
  expect(stopped.code, stopped.stderr).toBe(0);
  const why = `stopped by ada on ${os.hostname()}`;
  expect(stopped.stderr).toBe(
    `asked TrainFlow/${id} to stop: its process on ${os.hostname()} sees that within a second\n`,
  );
  expect(stopped.stdout).toMatch(new RegExp(`^ended TrainFlow/${id} after .*: ${why}\\n$`));
  expect(await run.exit()).toMatchObject({ code: 130 });
  expect(run.text()).toContain(`${why}: the running tasks are asked to stop\n`);
  expect(run.text()).toContain("told to stop");
  expect(run.text()).toContain(`hook: failed null ${why}`);
  expect(run.text()).toMatch(new RegExp(`failed TrainFlow ${id} after .*: ${why}\\n`));
  const summary = readRun(openDatastore(at.datastore), { flow: "TrainFlow", run: id });
  expect(summary).toMatchObject({ status: "failed", reason: why });
  expect(summary.tasks.map(({ step, isCancelled }) => [step, isCancelled])).toEqual([
    ["start", false],
    ["train", true],
  ]);

  const again = await millrace(["stop"], at);
  expect(again).toMatchObject({ code: 0, stderr: "", stdout: stopped.stdout });

  // It outlives several looks: the origin's request is not its own.
  const resumed = await millrace(["resume", "flow.ts"], { ...at, env: { ...at.env, SHORT: "1" } });
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(resumed.stderr).toContain("✓ start: 1/1 done, 1 reused");
  const over = await millrace(["stop", "--json"], at);
  expect(over.code).toBe(1);
  expect(JSON.parse(over.stdout)).toMatchObject({ outcome: "over", status: "succeeded", reason: null, request: null });
  const fsck = await millrace(["fsck"], at);
  expect(fsck.code, fsck.stdout).toBe(0);
});

test("of two stops at once the first one counts, and both wait for the end", async () => {
  const { at, run, id } = await training();
  const stops = await Promise.all(
    ["ada", "bob"].map((name) => millrace(["stop", `TrainFlow/${id}`], { ...at, env: { MILLRACE_USER: name } })),
  );
  await run.exit();
  expect(stops.map(({ code }) => code)).toEqual([0, 0]);
  const [by] = /stopped by \w+/.exec(run.text()) ?? [];
  for (const { stdout } of stops) expect(stdout).toContain(by);
  expect(run.text().split("are asked to stop")).toHaveLength(2);
  const texts = stops.map(({ stderr }) => stderr.replace(/^(\w+) asked .*/, "$1 asked").trim());
  expect(texts.filter((text) => /^(ada|bob) asked$/.test(text))).toHaveLength(1);
});

test("--no-wait asks and goes, and --json tells what became of it", async () => {
  const { at, run, id } = await training();
  const asked = await millrace(["stop", "flow.ts", id, "--no-wait", "--json"], at);
  expect(asked.code, asked.stderr).toBe(0);
  expect(JSON.parse(asked.stdout)).toMatchObject({
    ...{ flow: "TrainFlow", run: id, outcome: "requested", status: "running", finishedAt: null },
    request: { username: "ada", host: os.hostname() },
  });
  const waited = await millrace(["stop", "--json"], at);
  expect(JSON.parse(waited.stdout)).toMatchObject({ outcome: "stopped", status: "failed" });
  expect([waited.code, (await run.exit()).code]).toEqual([0, 130]);
});

test("a run whose process was killed is told to be gone, with exit code 1", async () => {
  const { at, run, id } = await training();
  run.child.kill("SIGKILL");
  await run.exit();
  const stopped = await millrace(["stop"], at);
  expect(stopped.code).toBe(1);
  expect(stopped.stdout).toMatch(new RegExp(`^stale TrainFlow/${id}: its process is gone, last seen `));
});

test("a run that succeeds before it sees the request is told to be over, with exit code 1", async () => {
  const { store, folder: datastore, remove } = sampleStore();
  try {
    const sample = new SampleRun(store, "r1", { createdAt: Date.now() });
    await sample.record.writeHeartbeat({ format: 1, host: os.hostname(), pid: process.pid, time: Date.now() });
    sample.events({ type: "run-started" }, started("start", 1, { kind: "start" }), succeeded(1, foreach(1)));
    const stop = startMillrace(["stop", "Sample/r1"], { datastore });
    await stop.said("asked Sample/r1 to stop");
    sample.events({ type: "run-finished", status: "succeeded", reason: null });
    expect(await stop.exit()).toMatchObject({ code: 1 });
    expect(stop.text()).toMatch(/Sample\/r1 is over: it succeeded \d{4}-/);
  } finally {
    remove();
  }
});

test("a stopped scheduler that wakes sees the request", async () => {
  const { at, run } = await training();
  run.child.kill("SIGSTOP");
  const asked = await millrace(["stop", "--no-wait"], at);
  expect(asked.code, asked.stderr).toBe(0);
  run.child.kill("SIGCONT");
  expect(await run.exit()).toMatchObject({ code: 130 });
});

test("what cannot be stopped is an error with exit code 2", async () => {
  const at = project();
  const none = await millrace(["stop"], at);
  expect(none.code).toBe(2);
  const { run, id } = await training(at);
  const step = await millrace(["stop", `${id}/train`], at);
  expect(step.code).toBe(2);
  expect(step.stderr).toMatch(/Cannot stop one step because stop ends a whole run: \S+\/train\n.*stop TrainFlow\//);
  const unknown = await millrace(["stop", "TrainFlow/2020"], at);
  expect(unknown.code).toBe(2);
  expect(fs.existsSync(path.join(at.datastore, "flows/TrainFlow", id, "stop.json"))).toBe(false);
  run.child.kill("SIGINT");
  expect(await run.exit()).toMatchObject({ code: 130 });
});
