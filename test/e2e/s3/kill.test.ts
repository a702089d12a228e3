import { expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { MOTO } from "../../rigs/aws/moto.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { MILLRACE, millrace, node, readArtifacts, withRun } from "../../rigs/harness.ts";
import { flowFile, startFlow } from "../resume/started-flow.ts";
import { scene } from "../resume/trace.ts";
import { serviceForFile } from "./bucket-for-file.ts";

const SHAPES = flowFile("shapes.ts");
const KILLER = new URL("../resume/kill-at-line.mjs", import.meta.url).href;

/** Tasks that the run committed, whether or not its journal says so. */
function committed(datastore: string): readonly string[] {
  const store = openDatastore(datastore);
  const [run = ""] = store.runs("ShapesFlow");
  const record = store.record("ShapesFlow", run);
  const tasks = new Set([...record.committed()].map(({ result }) => result.task));
  return started(record.events()).flatMap(({ task, name }) => (tasks.has(task) ? [name] : []));
}

function started(events: Iterable<{ type: string }>): { task: number; name: string }[] {
  return [...events].flatMap((event) => {
    const { type, task, step, path } = event as { type: string; task: number; step: string; path: string };
    return type === "task-started" ? [{ task, name: `${step}@${path}` }] : [];
  });
}

describeWith(MOTO, "a run in a bucket whose scheduler is killed", () => {
  const service = serviceForFile();

  // The journal of an undisturbed run has 30 lines.
  test.concurrent.each([1, 2, 9, 16, 22, 29])(
    "at line %i of its journal is resumed by another machine to the undisturbed result, and no committed task runs again",
    async (line) => {
      const { env } = scene();
      const datastore = await service().store();
      const killing = { ...env, KILL_AT_LINE: `${line}`, NODE_OPTIONS: `--import ${KILLER}` };
      const run = startFlow(SHAPES, ["run"], service().machine(datastore, killing));
      expect(await run.exit()).toMatchObject({ signal: "SIGKILL" });
      await run.allGone();
      const before = committed(datastore);
      const resumed = withRun(await millrace(["resume", SHAPES], service().machine(datastore, env)));
      expect(resumed.code, resumed.stderr).toBe(0);
      expect(readArtifacts(resumed, "end")).toMatchObject({ result: "sum 30 after 3", total: 30, rounds: 3 });
      const again = started(resumed.store.record(resumed.flow, resumed.run).events()).map(({ name }) => name);
      expect(again.filter((task) => before.includes(task))).toEqual([]);
      expect(again.length + before.length).toBe(14);
      const checked = await millrace(["fsck", SHAPES], service().machine(datastore));
      expect(checked.code, checked.stdout + checked.stderr).toBe(0);
    },
  );

  test("while it goes on elsewhere it is not resumed", async () => {
    const { env } = scene();
    const datastore = await service().store();
    const run = startFlow(flowFile("busy.ts"), ["run"], service().machine(datastore, env));
    await run.event((event) => event.type === "task-started" && (event as { step: string }).step === "work");
    const resumed = await millrace(["resume", flowFile("busy.ts")], service().machine(datastore, env));
    expect(resumed.code).toBe(2);
    expect(resumed.stderr).toContain("still running");
    process.kill(run.pid, "SIGKILL");
    await run.exit();
    await run.allGone();
  });

  test("two machines that resume it at once both end with the right result", async () => {
    const { env } = scene();
    const datastore = await service().store();
    const killing = { ...env, KILL_AT_LINE: "12", NODE_OPTIONS: `--import ${KILLER}` };
    const run = startFlow(SHAPES, ["run"], service().machine(datastore, killing));
    await run.exit();
    await run.allGone();
    const [origin = ""] = openDatastore(datastore).runs("ShapesFlow");
    const argv = [MILLRACE, "resume", SHAPES, "--origin-run-id", origin];
    const both = await Promise.all([1, 2].map(() => node(argv, service().machine(datastore, env))));
    for (const { code, stderr } of both) expect(code, stderr).toBe(0);
    const store = openDatastore(datastore);
    expect(store.runs("ShapesFlow")).toHaveLength(3);
  });
});
