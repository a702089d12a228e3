import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { readRun } from "../../../runtime/datastore/reader/read-run.ts";
import { deployedForTest, type ForeignDeployment } from "../../rigs/foreign/deployed-for-test.ts";
import { ForeignScheduler, type ForeignOptions, type ForeignRun } from "../../rigs/foreign/foreign-scheduler.ts";
import { type FlowRun, folderOfFile, millrace, readArtifacts, withRun } from "../../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";
import { hashesOf } from "../../matrix/hashes-of.ts";

const TIMEOUT_MS = 300_000;

/** A flow whose steps fail as files of its folder say, and note in another one that they ran. */
const FLOW = `
  import { catchError, current, FlowSpec, type Inputs, main, onExit, parameter, retry, step } from "millrace";
  import fs from "node:fs";

  function trouble(name: string): void {
    const file = process.env.TROUBLE + "/" + name;
    fs.appendFileSync(process.env.TROUBLE + "/ran", name + " " + current.attempt + "\\n");
    if (!fs.existsSync(file)) return;
    const kind = fs.readFileSync(file, "utf8");
    if (kind !== "always") fs.rmSync(file);
    if (kind === "kill") process.kill(process.ppid, "SIGKILL");
    if (kind === "exit") process.exit(3);
    throw new TypeError("no ratings of " + name);
  }

  @onExit({
    success: (run) => fs.appendFileSync(process.env.TROUBLE + "/hooks", run.status + "\\n"),
    error: (run) => fs.appendFileSync(process.env.TROUBLE + "/hooks", run.status + " " + run.error?.step + "\\n"),
  })
  class ScoreFlow extends FlowSpec {
    @parameter() scale = 1;
    items = ["a", "b"];
    scores: number[] = [];
    score = 0;
    problem: Error | undefined;
    @step start() { this.next(this.fit, { foreach: "items" }); }
    @retry({ times: 2, delay: 0 })
    @step fit(item: string) {
      trouble("fit-" + item);
      this.score = this.scale * (item === "a" ? 1 : 10);
      this.next(this.join);
    }
    @step join(inputs: Inputs<ScoreFlow>) {
      this.scores = inputs.map(({ score }) => score);
      this.next(this.check);
    }
    @catchError({ as: "problem" })
    @step check() {
      trouble("check");
      this.next(this.end);
    }
    @step end() { trouble("end"); }
  }
  main(ScoreFlow);
`;

interface Scene extends ForeignDeployment {
  readonly before: FlowRun;
  readonly folder: string;
  readonly cwd: string;
  readonly datastore: string;
  readonly env: Readonly<Record<string, string>>;
  trouble(name: string, kind: "once" | "always" | "kill" | "exit"): void;
  noted(name: "ran" | "hooks"): string[];
  run(more?: Partial<ForeignOptions>): Promise<ForeignRun>;
  /** The latest. */
  left(): FlowRun;
}

async function scene(parameters: Readonly<Record<string, string>> = {}): Promise<Scene> {
  const cwd = makeProject({ "package.json": ESM, "tsconfig.json": STANDARD, "flow.ts": FLOW });
  const folder = folderOfFile();
  const env = { TROUBLE: folder };
  const datastore = path.join(folder, "store");
  const before = withRun(await millrace(["run", "flow.ts"], { cwd, datastore, env }));
  expect(before.code, before.stderr).toBe(0);
  for (const name of ["ran", "hooks"]) fs.rmSync(path.join(folder, name));
  const deployed = deployedForTest(datastore, { flow: before.flow, run: before.run, parameters });
  const noted = (name: string) =>
    fs.existsSync(path.join(folder, name)) ? fs.readFileSync(path.join(folder, name), "utf8").trim().split("\n") : [];
  return {
    ...{ ...deployed, before, folder, cwd, datastore, env },
    trouble: (name, kind) => fs.writeFileSync(path.join(folder, name), kind),
    noted,
    run: (more = {}) => new ForeignScheduler({ ...deployed, datastore, cwd, env, ...more }).run(),
    left: () => withRun({ ...before, datastore }),
  };
}

function expectSame({ datastore, before }: Scene, { run }: FlowRun): void {
  const of = { datastore, className: "ScoreFlow" };
  expect(hashesOf(of, run)).toEqual(hashesOf(of, before.run));
}

async function expectSound({ datastore, env }: Scene): Promise<void> {
  const fsck = await millrace(["fsck"], { datastore, env });
  expect(fsck.code, fsck.stdout).toBe(0);
  const gc = await millrace(["gc"], { datastore, env });
  expect(gc.code, gc.stdout + gc.stderr).toBe(0);
  const after = await millrace(["fsck"], { datastore, env });
  expect(after.code, after.stdout).toBe(0);
}

test(
  "attempts that fail, kill what executes them, or are started twice: the run ends as an undisturbed one",
  { timeout: TIMEOUT_MS },
  async () => {
    const at = await scene();
    at.trouble("fit-a", "once");
    at.trouble("fit-b", "kill");
    const foreign = await at.run({ isTwice: ({ step }) => step === "start" || step === "join" });
    expect(foreign.status, JSON.stringify(foreign.ends)).toBe("succeeded");
    const left = at.left();
    expect(left.summary).toMatchObject({ status: "succeeded", tags: ["nightly"] });
    expect(left.summary.document).toMatchObject({ username: "ada", deployment: { target: "foreign", version: 1 } });
    expectSame(at, left);
    const fits = left.summary.tasks.filter(({ step }) => step === "fit");
    expect(fits.map(({ attempts }) => attempts.map(({ status }) => status))).toEqual([
      ["failed", "succeeded"],
      ["failed", "succeeded"],
    ]);
    expect(at.noted("hooks")).toEqual(["succeeded"]);
    await expectSound(at);
  },
);

/** Ends a process that is about to record that the task at a path is done, once: its result is committed by then. */
const KILL = `
  import fs from "node:fs";
  const link = fs.linkSync;
  fs.linkSync = (from, to) => {
    const order = process.env.TROUBLE + "/before-done";
    if (fs.existsSync(order) && String(to).endsWith("/events/" + fs.readFileSync(order, "utf8") + "-done.json")) {
      fs.renameSync(order, order + "-obeyed");
      process.kill(process.pid, "SIGKILL");
    }
    link(from, to);
  };
`;

/** Runs it with a process that is killed between the commit of the task at a path and the record of that. */
async function killedBeforeDone(at: Scene, place: string): Promise<ForeignRun> {
  const preload = path.join(at.folder, "kill.mjs");
  fs.writeFileSync(preload, KILL);
  fs.writeFileSync(path.join(at.folder, "before-done"), place);
  const foreign = await at.run({ env: { ...at.env, NODE_OPTIONS: `--import=${pathToFileURL(preload).href}` } });
  expect(fs.existsSync(path.join(at.folder, "before-done-obeyed"))).toBe(true);
  expect(foreign.ends.map(({ code }) => code)).toContain(null);
  return foreign;
}

const ALL = ["check 0", "end 0", "fit-a 0", "fit-b 0"];

test(
  "a process that is killed between the commit of a task and its record: the target's next one goes on, and nothing runs twice",
  { timeout: TIMEOUT_MS },
  async () => {
    const at = await scene();
    const foreign = await killedBeforeDone(at, "0/1.0");
    expect(foreign.status, JSON.stringify(foreign.ends)).toBe("succeeded");
    expect(at.noted("ran").sort()).toEqual(ALL);
    expect(at.noted("hooks")).toEqual(["succeeded"]);
    expect(at.left().summary.status).toBe("succeeded");
    expectSame(at, at.left());
    await expectSound(at);
  },
);

test("so does resume, where the target starts no other one", { timeout: TIMEOUT_MS }, async () => {
  const at = await scene();
  // The join: it is tried once.
  const foreign = await killedBeforeDone(at, "1");
  expect(foreign.status).toBe("failed");
  const left = at.left();
  expect(left.summary).toMatchObject({ status: "failed" });
  expect(left.summary.tasks.find(({ step }) => step === "join")).toMatchObject({ status: "succeeded" });
  const { cwd, datastore, env } = at;
  const resumed = await millrace(["resume", "flow.ts", "--origin-run-id", left.run], { cwd, datastore, env });
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(at.noted("ran").sort()).toEqual(ALL);
  expect(at.left().summary.tasks.find(({ step }) => step === "join")).toMatchObject({ isReused: true });
  expectSame(at, at.left());
  await expectSound(at);
});

test("a failed run says what failed first, and a laptop resumes it", { timeout: TIMEOUT_MS }, async () => {
  const at = await scene({ scale: "1" });
  at.trouble("fit-b", "always");
  const foreign = await at.run({ limit: 1 });
  expect(foreign.status).toBe("failed");
  const left = at.left();
  expect(left.summary).toMatchObject({ status: "failed", reason: null });
  const failed = left.summary.tasks.find(({ status }) => status === "failed");
  expect(failed).toMatchObject({ step: "fit", index: 1, error: { message: "no ratings of fit-b" } });
  expect(failed!.attempts).toHaveLength(3);
  expect(at.noted("hooks")).toEqual(["failed fit"]);
  fs.rmSync(path.join(at.folder, "fit-b"));
  fs.rmSync(path.join(at.folder, "ran"));
  const { cwd, datastore, env } = at;
  const resumed = await millrace(["resume", "flow.ts", "--origin-run-id", left.run], { cwd, datastore, env });
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(at.noted("ran").sort()).toEqual(["check 0", "end 0", "fit-b 0"]);
  expectSame(at, at.left());
  await expectSound(at);
});

test("@catchError concludes a task whose processes died", { timeout: TIMEOUT_MS }, async () => {
  const at = await scene();
  at.trouble("check", "kill");
  const foreign = await at.run();
  expect(foreign.status, JSON.stringify(foreign.ends)).toBe("succeeded");
  expect(foreign.ends.map(({ told }) => told)).toContain("conclude");
  const left = at.left();
  expect(left.summary.tasks.find(({ step }) => step === "check")).toMatchObject({ status: "caught" });
  expect(readArtifacts(left, "end")["problem"]).toBeInstanceOf(Error);
});

test("a value that cannot be settled leaves a failed run that says so", { timeout: TIMEOUT_MS }, async () => {
  const at = await scene();
  const foreign = await at.run({ trigger: { parameters: { scale: "much" }, scheduledAt: "2026-03-01T05:00:00Z" } });
  expect(foreign.status).toBe("failed");
  expect(foreign.ends[0]!.output).toContain("scale");
  const { summary } = at.left();
  expect(summary).toMatchObject({ status: "failed", reason: expect.stringContaining("scale") });
  expect(summary.document.trigger).toEqual({ events: [], runs: [], scheduledAt: Date.parse("2026-03-01T05:00:00Z") });
  expect(readRun(at.store, { flow: "ScoreFlow", run: summary.run }).tasks).toEqual([]);
});
