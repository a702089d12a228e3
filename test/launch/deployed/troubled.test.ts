import fs from "node:fs";
import path from "node:path";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { processSettings } from "../../../runtime/config.ts";
import { blobKey } from "../../../runtime/datastore/blob-key.ts";
import { type Datastore, datastoreOn, openDatastore } from "../../../runtime/datastore/datastore.ts";
import { Fires } from "../../../runtime/datastore/fires.ts";
import { readRelease } from "../../../runtime/datastore/kinds/release.ts";
import { collectGarbage } from "../../../runtime/datastore/maintenance/collect-garbage.ts";
import { checkStore } from "../../../runtime/datastore/maintenance/check-store.ts";
import { readRun, readRunHeader } from "../../../runtime/datastore/reader/read-run.ts";
import { StopRequests } from "../../../runtime/datastore/stop-requests.ts";
import { doneKey } from "../../../runtime/datastore/task-events.ts";
import { executeDeployed } from "../../../runtime/launch/deployed/execute-deployed.ts";
import { fireName } from "../../../runtime/launch/deployed/fire-name.ts";
import { HereExecutor } from "../../../runtime/launch/deployed/here-executor.ts";
import type { ToldTask } from "../../../runtime/launch/deployed/told-task.ts";
import { wholeJournal } from "../../../runtime/launch/deployed/whole-journal.ts";
import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import { deployedForTest, type ForeignDeployment } from "../../rigs/foreign/deployed-for-test.ts";
import { folderOfFile, millrace, temporaryFolder } from "../../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";

const TIMEOUT_MS = 240_000;

const FLOW = `
  import { current, FlowSpec, type Inputs, main, onExit, parameter, retry, step } from "millrace";
  import fs from "node:fs";

  const note = () => fs.writeFileSync(process.env.NOTED + "/hook", String(new Error("here").stack));
  @onExit({ success: note, error: note })
  class ScoreFlow extends FlowSpec {
    @parameter() scale = 1;
    @parameter() shift = 0;
    items = [1, 2];
    @retry({ times: 1, delay: 0 })
    @step start() { this.next(this.fit, { foreach: "items" }); }
    @step fit(item: number) {
      current.log({ ["score" + item]: item * this.scale + this.shift });
      this.next(this.join);
    }
    @step join(_inputs: Inputs<ScoreFlow>) { this.next(this.end); }
    @step end() {}
  }
  main(ScoreFlow);
`;

let cwd: string;
let whole: string;
let noted: string;
beforeAll(async () => {
  cwd = makeProject({ "package.json": ESM, "tsconfig.json": STANDARD, "flow.ts": FLOW });
  whole = path.join(folderOfFile(), "store");
  noted = folderOfFile();
  process.env["NOTED"] = noted;
  const { code, stderr } = await millrace(["run", "flow.ts"], { cwd, datastore: whole, env: { NOTED: noted } });
  expect(code, stderr).toBe(0);
}, TIMEOUT_MS);

let datastore: string;
let of: ForeignDeployment;
beforeEach(() => {
  datastore = path.join(temporaryFolder(), "store");
  fs.cpSync(whole, datastore, { recursive: true });
  const store = openDatastore(datastore);
  of = deployedForTest(datastore, { flow: "ScoreFlow", run: store.runs("ScoreFlow")[0]! });
});

interface Asked {
  readonly store?: Datastore;
  readonly trigger?: ToldTask["trigger"];
  readonly version?: number;
  readonly fire?: string;
  readonly root?: string;
}

/** As a process that a target has started. */
function execute(work: ToldTask["work"], asked: Asked = {}) {
  const { store = openDatastore(datastore), root, version = 1, fire = "x1" } = asked;
  const settings = processSettings();
  const on = { installing: () => undefined, log: () => undefined, warning: () => undefined };
  return executeDeployed(store, {
    told: {
      ...{ deployment: of.version.deployment, version, fire, work, parameters: {}, engine: "local" },
      trigger: asked.trigger ?? { events: [], runs: [], scheduledAt: null },
      tell: { size: null, items: null, case: null, run: null },
    },
    ...{ settings, executor: new HereExecutor({ store, settings, on }, root) },
    ...{ signal: new AbortController().signal, warning: on.warning },
  });
}

function step(name: string, ...at: readonly number[]): ToldTask["work"] {
  return { kind: "step", step: name, at, concludes: null };
}

const FINISH: ToldTask["work"] = { kind: "finish", status: "failed" };

/** The deployed run. */
function run(store: Datastore = openDatastore(datastore)) {
  return store.record("ScoreFlow", store.runs("ScoreFlow").at(-1)!).document();
}

function fileOf(key: string): string {
  return path.join(datastore, key);
}

async function codeOf(look: () => unknown): Promise<string> {
  try {
    await look();
    return "fine";
  } catch (error) {
    return isMillraceError(error) ? error.code : `bug: ${(error as Error).stack}`;
  }
}

test(
  "a task that cannot begin has a failed attempt that says why, and the next one goes on",
  { timeout: TIMEOUT_MS },
  async () => {
    const code = fileOf(blobKey(readRelease(of.store.blobs, of.version.release).code));
    fs.renameSync(code, `${code}-away`);
    const failed = await execute(step("start"));
    expect(failed).toMatchObject({ status: "failed", error: { code: "MILLRACE_MISSING_BLOB" } });
    fs.renameSync(`${code}-away`, code);
    expect((await execute(step("start"))).status).toBe("done");
    const [task] = readRun(openDatastore(datastore), run()).tasks;
    expect(task!.attempts.map(({ status, error }) => [status, error?.code])).toEqual([
      ["failed", "MILLRACE_MISSING_BLOB"],
      ["succeeded", undefined],
    ]);
  },
);

test("a run that was stopped says who stopped it, in lists as well", { timeout: TIMEOUT_MS }, async () => {
  await execute(step("start"));
  new StopRequests(of.store.storage, run()).ask({ username: "ada", host: "vm" });
  expect(await execute(step("fit", 0))).toMatchObject({ status: "failed", error: { message: "stopped by ada on vm" } });
  expect((await execute(FINISH)).status).toBe("done");
  expect(readRunHeader(openDatastore(datastore), run())).toMatchObject({
    ...{ status: "failed", reason: "stopped by ada on vm" },
  });
});

test(
  "what tasks logged is what the journal says, also where a slower process wrote it last",
  { timeout: TIMEOUT_MS },
  async () => {
    await execute(step("start"));
    for (const index of [0, 1]) await execute(step("fit", index));
    const late = fileOf(doneKey(run(), "0/1.0"));
    fs.renameSync(late, `${late}.away`);
    let isFirst = true;
    const { storage } = of.store;
    const slow = datastoreOn(
      Object.assign(Object.create(storage) as typeof storage, {
        write(key: string, chunks: readonly Uint8Array[]) {
          if (isFirst && key.endsWith("/metrics.json")) {
            isFirst = false;
            // Meanwhile the other task is done, and another process ends the run.
            fs.renameSync(`${late}.away`, late);
            const faster = wholeJournal(storage, run(), { stopped: null, recover: () => false });
            expect(of.store.record("ScoreFlow", run().run).createJournal(faster!.events)).toBe(true);
          }
          storage.write(key, chunks);
        },
      }),
    );
    await execute(FINISH, { store: slow });
    expect(isFirst).toBe(false);
    const { last } = of.store.record("ScoreFlow", run().run).metrics()!;
    expect(Object.keys(last).sort()).toEqual(["score1", "score2"]);
  },
);

test("only the rule that all its events have fired gives parameters", async () => {
  const rules = [
    { events: ["rates"], parameters: { factor: "scale" }, policy: "each" },
    { events: ["rates", "users"], parameters: { factor: "shift" }, policy: "each" },
  ] as const;
  of = deployedForTest(datastore, {
    ...{ flow: "ScoreFlow", run: run().run },
    triggers: { schedules: [], events: rules, finishes: [] },
  });
  const event = (name: string, factor: number) => ({ id: name, name, data: { factor }, publishedAt: 1 });
  const trigger = { events: [event("rates", 3)], runs: [], scheduledAt: null };
  const { deployment, version } = of.version;
  await execute(step("start"), { version, trigger, fire: "x2" });
  const fire = new Fires(of.store.storage).find(deployment, fireName("foreign", "x2"));
  expect(fire?.parameters).toEqual({ scale: "3" });
  expect((await execute(FINISH, { version, fire: "x2" })).status).toBe("done");
});

test("a project that lies elsewhere has its hooks called from there", { timeout: TIMEOUT_MS }, async () => {
  const root = temporaryFolder();
  fs.cpSync(cwd, root, { recursive: true });
  await execute(FINISH, { root });
  const stack = fs.readFileSync(path.join(noted, "hook"), "utf8");
  expect(stack).toContain(path.join(root, "flow.ts"));
  expect(stack).not.toContain(path.join(cwd, "flow.ts"));
});

/** What a record of a task may hold that no task wrote. */
const DAMAGE: Readonly<Record<string, (real: string) => string>> = {
  nothing: () => "",
  "half of it": (real) => real.slice(0, real.length >> 1),
  "another kind of record": () => '{"format":1,"flow":[],"run":{},"createdAt":"x"}\n',
  "wrong types": (real) => real.replaceAll(/"attempt":\d+/g, '"attempt":"first"'),
  "the record of another place": (real) => real.replaceAll('"path":"0"', '"path":"7"'),
  "the end of another attempt": (real) => real.replace(/"attempt":0(?=.*"end")/, '"attempt":1'),
  "a start in the place of a commit": (real) => real.replace(/,"end":.*$/s, "}\n"),
  "an event that is no end": (real) => real.replace('"task-succeeded"', '"task-started"'),
};

test("a damaged record of a task is a clear error for all, and nothing is lost", { timeout: TIMEOUT_MS }, async () => {
  await execute(step("start"));
  await execute(step("fit", 0));
  const file = fileOf(doneKey(run(), "0"));
  const real = fs.readFileSync(file, "utf8");
  for (const [what, damage] of Object.entries({
    ...DAMAGE,
    "a newer format": (text: string) => text.replace('"format":1', '"format":99'),
  })) {
    fs.rmSync(file);
    fs.writeFileSync(file, damage(real));
    const wanted = what === "a newer format" ? "MILLRACE_NEWER_FORMAT" : "MILLRACE_DAMAGED_RECORD";
    expect(await codeOf(() => execute(step("fit", 1))), what).toBe(wanted);
    expect(await codeOf(() => execute(FINISH)), what).toBe(wanted);
    expect(await codeOf(() => readRun(openDatastore(datastore), run())), what).toBe(wanted);
    const { signal } = new AbortController();
    const checked = await checkStore(of.store, { ...QUIET, signal, isQuick: false, isRepair: false, copyOf: null });
    expect(
      checked.problems.map(({ kind }) => kind),
      what,
    ).toEqual(["task event"]);
    const gc = () => collectGarbage(of.store, { ...QUIET, signal, rules: [], flow: null, isDryRun: false });
    expect(await codeOf(gc), what).toBe("MILLRACE_GC_UNREADABLE");
  }
  fs.rmSync(file);
  expect((await execute(step("start"))).status).toBe("done");
  const { result } = JSON.parse(fs.readFileSync(file, "utf8")).end as { result: string };
  expect(real, "the result that was committed before").toContain(result);
  fs.rmSync(file);
  fs.writeFileSync(file, real);
  // Names and sizes alone can mean harm as well.
  const split = fileOf(doneKey(run(), "0"));
  fs.rmSync(split);
  fs.writeFileSync(split, real.replace(/"size":2\b/, '"size":1000000000000000'));
  expect(await codeOf(() => execute(step("start")))).toBe("MILLRACE_DAMAGED_RECORD");
  expect(await codeOf(() => execute(step("join")))).toBe("MILLRACE_DEPLOYED_TASK");
  fs.rmSync(split);
  fs.writeFileSync(split, real);
  const stray = doneKey(run(), "0/4294967294.0");
  fs.writeFileSync(
    fileOf(stray),
    fs.readFileSync(fileOf(doneKey(run(), "0/0.0")), "utf8").replaceAll("0/0.0", "0/4294967294.0"),
  );
  expect((await execute(step("fit", 1))).status).toBe("done");
  expect((await execute(step("join"))).status).toBe("done");
  fs.rmSync(fileOf(stray));
  expect((await execute(step("end"))).status).toBe("done");
  expect(readRun(openDatastore(datastore), run())).toMatchObject({ status: "succeeded" });
});

const QUIET = { progress: () => undefined };
