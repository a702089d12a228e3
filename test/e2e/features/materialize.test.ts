import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import {
  MILLRACE,
  millrace,
  node,
  readArtifacts,
  readParameters,
  tasksOf,
  temporaryFolder,
  withRun,
} from "../../rigs/harness.ts";
import { ESM, makeProject } from "../../rigs/project.ts";
import { startFlow } from "../resume/started-flow.ts";
import { watchedProject } from "./watched-project.ts";

const FLOW = "MaterializeFeatures";
/** Each starts several commands, one after the other. */
const SLOW = { timeout: 240_000 };

function scene() {
  const project = watchedProject();
  const datastore = path.join(temporaryFolder(), "store");
  return {
    ...{ project, datastore },
    materialize: (...args: string[]) =>
      millrace(["features", "materialize", project.file, ...args], { cwd: project.folder, datastore }),
    /** Comes back once a task waits in the second file of `slow`, and all of `quick` was read. */
    async started() {
      const run = startFlow("materialize", ["features", project.file], { datastore });
      await run.said("waits in process");
      await expect.poll(() => project.read()).toEqual([...QUICK, "slow/1", "slow/2"]);
      await run.event(({ type }) => type === "task-succeeded");
      await expect.poll(() => finished(run.events)).toBeGreaterThanOrEqual(2);
      return { run, worker: Number(/waits in process (\d+)/u.exec(run.stderr())?.[1]) };
    },
  };
}

const QUICK = ["quick/1", "quick/2", "quick/3"];

function finished(events: readonly { readonly type: string }[]): number {
  return events.filter(({ type }) => type === "task-succeeded").length;
}

function untilOf(datastore: string, view: string): number {
  const text = fs.readFileSync(path.join(datastore, `features/${view}/online.json`), "utf8");
  return (JSON.parse(text) as { until: number }).until;
}

/** What is young gc leaves anyway. */
function makeOld(folder: string): void {
  const yesterday = new Date(Date.now() - 24 * 3_600_000);
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) fs.utimesSync(path.join(entry.parentPath, entry.name), yesterday, yesterday);
}

test.each(["the scheduler", "a worker"])(
  "once kill -9 has met %s, resume reads what is left and no file again, as of the instant at which the run began",
  SLOW,
  async (victim) => {
    const { project, datastore, started, materialize } = scene();
    const { run, worker } = await started();
    process.kill(victim === "a worker" ? worker : run.pid, "SIGKILL");
    await run.exit();
    await run.allGone();
    const [killed = ""] = openDatastore(datastore).runs(FLOW);
    project.letGo();
    const wrong = await materialize("--resume", "--until", "2026-03-01", "--view", "slow");
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("Cannot resume with --until, --view")]);
    const resumed = await materialize("--resume");
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(resumed.stdout).toMatch(
      /^quick version 1: 3 keys of 3 rows; read 3 of 3 parts, computed in .*\nslow version 1/u,
    );
    // Only the file that was in hand.
    expect(project.read()).toEqual([...QUICK, "slow/1", "slow/2", "slow/2", "slow/3"]);
    const { until } = readParameters(withRun({ ...resumed, datastore }));
    expect([untilOf(datastore, "quick"), untilOf(datastore, "slow")]).toEqual([until, until]);
    expect(withRun({ ...resumed, datastore }).summary.document.originRun).toBe(killed);
    // What tasks noted meanwhile is in one record now.
    expect(fs.readdirSync(path.join(datastore, "features/slow")).sort()).not.toContain("read/");
    const notes = path.join(datastore, "features/slow/read");
    expect(fs.existsSync(notes) ? fs.readdirSync(notes) : []).toEqual([]);
  },
);

test("after a kill -9 a new run, too, reads no file again, and gc between them keeps what was read", SLOW, async () => {
  const { project, datastore, started, materialize } = scene();
  const { run } = await started();
  run.child.kill("SIGKILL");
  await run.exit();
  await run.allGone();
  project.letGo();
  makeOld(path.join(datastore, "blobs"));
  const gc = await millrace(["gc"], { datastore });
  expect(gc.code, gc.stderr).toBe(0);
  const again = await materialize();
  expect(again.code, again.stderr).toBe(0);
  expect(project.read()).toEqual([...QUICK, "slow/1", "slow/2", "slow/2", "slow/3"]);
  const sound = await millrace(["fsck"], { datastore });
  expect(sound.code, sound.stdout + sound.stderr).toBe(0);
});

test(
  "a definition that changed before resume is read anew: what was read for the other one is not used",
  SLOW,
  async () => {
    const { project, started, materialize, datastore } = scene();
    const { run } = await started();
    run.child.kill("SIGKILL");
    await run.exit();
    await run.allGone();
    project.letGo();
    project.change();
    const resumed = await materialize("--resume");
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(resumed.stderr).toContain("its definition has changed since the run began");
    const whole = await millrace(["features", "materialize", project.file], {
      datastore: path.join(temporaryFolder(), "other"),
    });
    expect(whole.code).toBe(0);
    const values = async (store: string) =>
      (await millrace(["features", "get", "slow", "id=c2", "--json"], { datastore: store })).stdout;
    const read = (text: string) => (JSON.parse(text) as { features: unknown }).features;
    expect(read(await values(datastore))).toEqual(read(await values(whole.datastore)));
  },
);

test("many files are read by several tasks, and later only those that are new or changed", SLOW, async () => {
  const folder = makeProject({
    "package.json": ESM,
    "orders.ts": `
import { count, entity, featureView, jsonl } from "millrace/features";
const shop = entity("shop", { keys: { shop: "number" } });
export default featureView("orders", { entity: shop, source: jsonl("data/*.jsonl", { event: "at" }), features: { orders: count() } });
`,
  });
  fs.mkdirSync(path.join(folder, "data"));
  const write = (file: number, shops: readonly number[]) =>
    fs.writeFileSync(
      path.join(folder, `data/${file}.jsonl`),
      shops.map((shop) => JSON.stringify({ shop, file, at: "2026-02-01" })).join("\n"),
    );
  for (let file = 0; file < 450; file += 1) write(file, [file % 7]);
  const datastore = path.join(temporaryFolder(), "store");
  const materialize = (...args: string[]) =>
    millrace(["features", "materialize", "orders.ts", "--until", "2026-03-01", ...args], { cwd: folder, datastore });
  const first = withRun(await materialize("--tag", "nightly", "--max-workers", "2"));
  expect(first.stdout).toMatch(/^orders version 1: 7 keys of 450 rows; read 450 of 450 parts, computed in [^\n]*\n$/u);
  expect([first.flow, first.summary.tags]).toEqual(["MaterializeOrders", ["nightly"]]);
  expect(tasksOf(first, "read").map((_, index) => readArtifacts(first, "read", { index })["shard"])).toMatchObject(
    [200, 200, 50].map((read) => ({ view: "orders", read })),
  );
  const unchanged = await materialize();
  expect(unchanged.stdout).toBe("orders version 1: 7 keys of 450 rows; unchanged, nothing was computed\n");
  write(450, [8]);
  write(7, [0, 9]);
  const { stdout } = await materialize("--json");
  const events = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string; views?: object[] });
  expect(events.at(-1)).toMatchObject({
    type: "materialized",
    views: [{ view: "orders", version: 1, until: "2026-03-01T00:00:00.000Z", keys: 9, parts: 451, read: 2 }],
  });
  expect(events.filter(({ type }) => type === "run-finished")).toHaveLength(1);
});

test("what cannot be materialized is refused before a run begins", SLOW, async () => {
  const { project, datastore, materialize } = scene();
  for (const [args, message] of [
    [["--until", "soon"], 'Cannot read the instant as a time: "soon"'],
    [["--view", "quik"], "did you mean quick?"],
    [["--with", "dokcer"], "dokcer"],
    [["--resume"], `Cannot resume ${FLOW} because it has no runs`],
  ] as const) {
    const refused = await materialize(...args);
    expect([refused.code, refused.stderr], args.join(" ")).toEqual([2, expect.stringContaining(message)]);
  }
  expect(openDatastore(datastore).flows()).toEqual([]);
  // What shows only in a task names the way on.
  fs.rmSync(path.join(project.folder, "quick"), { recursive: true });
  const failed = await node([MILLRACE, "features", "materialize", project.file], { datastore });
  expect([failed.code, failed.stdout]).toEqual([1, ""]);
  expect(failed.stderr).toContain("no file matches");
  expect(failed.stderr).toContain(`features materialize ${project.file} --resume`);
});
