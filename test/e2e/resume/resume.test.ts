import { expect, test } from "vitest";
import { millrace, readArtifacts, withRun, type FlowRun } from "../../rigs/harness.ts";
import { flowFile } from "./started-flow.ts";
import { scene, type Scene } from "./trace.ts";

const SHAPES = flowFile("shapes.ts");
const ALL = [
  "count",
  "counted",
  "end",
  "gather",
  "join",
  "multiply-0",
  "multiply-1",
  "multiply-2",
  "multiply-3",
  "round-1",
  "round-2",
  "round-3",
  "spread",
  "start",
];

interface Given {
  readonly at: Scene;
  readonly fail?: string;
  readonly file?: string;
}

async function command(args: readonly string[], { at, fail, file = SHAPES }: Given): Promise<FlowRun> {
  const [name = "", ...rest] = args;
  const env = { ...at.env, ...(fail === undefined ? {} : { FAIL_AT: fail }) };
  return withRun(await millrace([name, file, ...rest], { datastore: at.datastore, env }));
}

test.concurrent.each(["multiply-2", "spread", "start", "gather", "join", "round-2", "end"])(
  "a run that failed in %s is resumed: every task runs to its end exactly once",
  async (fail) => {
    const at = scene();
    const failed = await command(["run"], { at, fail });
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain(`${fail} was told to fail`);
    const resumed = await command(["resume"], { at });
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(at.ran()).toEqual(ALL);
    expect(readArtifacts(resumed, "end")).toMatchObject({ result: "sum 30 after 3", total: 30, rounds: 3 });
    expect(resumed.summary.originRun).toBe(failed.run);
    expect(resumed.summary.tasks).toHaveLength(ALL.length);
  },
);

test("a resume takes a resumed run as its origin, and so on", async () => {
  const at = scene();
  const first = await command(["run"], { at, fail: "multiply-1" });
  const second = await command(["resume"], { at, fail: "join" });
  expect(second.code).toBe(1);
  const third = await command(["resume"], { at, fail: "end" });
  expect(third.code).toBe(1);
  const last = await command(["resume"], { at });
  expect(last.code, last.stderr).toBe(0);
  expect([second, third, last].map(({ summary }) => summary.originRun)).toEqual([first.run, second.run, third.run]);
  expect(at.ran()).toEqual(ALL);
  expect(readArtifacts(last, "end")).toMatchObject({ result: "sum 30 after 3" });
});

test("resume of a finished run runs nothing; resume STEP runs that step and what follows it", async () => {
  const at = scene();
  const run = await command(["run"], { at });
  const again = await command(["resume"], { at });
  expect(again.code, again.stderr).toBe(0);
  expect(at.ran()).toEqual(ALL);
  const from = await command(["resume", "gather", "--origin-run-id", run.run], { at });
  expect(from.code, from.stderr).toBe(0);
  expect(at.ran()).toEqual([...ALL, "gather", "join", "end"].sort());
  expect(from.summary.originRun).toBe(run.run);
  expect(from.summary.tasks.filter(({ isReused }) => !isReused).map(({ step }) => step)).toEqual([
    "gather",
    "join",
    "end",
  ]);
});

test("resume STEP inside a loop runs all of its rounds again", async () => {
  const at = scene();
  await command(["run"], { at, fail: "end" });
  const resumed = await command(["resume", "round"], { at });
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(at.ran().filter((line) => line.startsWith("round"))).toEqual([
    "round-1",
    "round-1",
    "round-2",
    "round-2",
    "round-3",
    "round-3",
  ]);
  expect(readArtifacts(resumed, "end")).toMatchObject({ result: "sum 30 after 3" });
});

test("--dry-run tells what would run, and leaves everything as it is", async () => {
  const at = scene();
  const failed = await command(["run"], { at, fail: "join" });
  const before = at.ran();
  const dry = await command(["resume", "--dry-run"], { at });
  expect(dry.code).toBe(0);
  expect(dry.stderr).toMatch(/would run: join, end/);
  expect(dry.run).toBe(failed.run);
  expect(at.ran()).toEqual(before);
  const json = await millrace(["resume", SHAPES, "--dry-run", "--json"], { datastore: at.datastore });
  expect(JSON.parse(json.stdout)).toMatchObject({ origin: failed.run, otherSteps: ["join", "end"], changed: [] });
});

test("parameters are the origin's unless given; one that a finished step used cannot change, another can", async () => {
  const at = scene();
  await command(["run", "--factor", "5", "--label", "first"], { at, fail: "end" });
  const refused = await command(["resume", "--factor", "6"], { at });
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/factor is used by multiply, which finished/);
  expect(refused.stderr).toMatch(/hint: /);
  const resumed = await command(["resume", "--label", "second"], { at });
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(readArtifacts(resumed, "end")).toMatchObject({ result: "second 50 after 3" });
  const repeated = await command(["resume", "multiply", "--factor", "6"], { at });
  expect(repeated.code, repeated.stderr).toBe(0);
  expect(readArtifacts(repeated, "end")).toMatchObject({ result: "second 60 after 3" });
});

test("one failing item of a foreach of 200: the resume runs that one and the join", async () => {
  const at = scene();
  const file = flowFile("wide.ts");
  const failed = await command(["run", "--on-failure", "finish"], { at, file, fail: "work-137" });
  expect(failed.code).toBe(1);
  expect(at.ran()).toHaveLength(199);
  const resumed = await command(["resume"], { at, file });
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(new Set(at.ran()).size).toBe(200);
  expect(at.ran()).toHaveLength(200);
  expect(resumed.summary.tasks.filter(({ isReused }) => !isReused).map(({ step }) => step)).toEqual([
    "work",
    "collect",
    "end",
  ]);
  expect(readArtifacts(resumed, "end")).toMatchObject({ total: 2_646_700 });
});
