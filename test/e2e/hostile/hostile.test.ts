import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { type FlowRun, logOf, millrace, readArtifacts, ROOT, tasksOf, withRun } from "../../rigs/harness.ts";
import { ATTACKS, type Group } from "./attacks.ts";

const FLOW = fileURLToPath(new URL("flow.ts", import.meta.url));
const GROUPS = Object.keys(ATTACKS) as Group[];
/** From the start of a task to the record of its end: far more than any grace, far less than for ever. */
const LONGEST_MS = 60_000;

const UNTOUCHED = {
  mode: "644",
  exitCode: null,
  text: '{"list":[["a",1]],"date":"1970-01-01T00:00:00.000Z","bytes":"c3a9"}',
  ...{ waited: "a while", isNow: true, added: 0, isAtHome: true, isFree: true, listeners: 0, arguments: 0 },
};

test("there are a hundred ways to hurt a worker", () => {
  expect(GROUPS.flatMap((group) => Object.keys(ATTACKS[group])).length).toBeGreaterThanOrEqual(100);
});

describe.each(GROUPS)("%s: a step that works against its worker", (group) => {
  let run: FlowRun;
  let all: readonly { name: string; failure: string | null; witness: unknown }[];
  const attacks = Object.entries(ATTACKS[group]);

  beforeAll(async () => {
    const mask = process.umask(0o022);
    const args = ["run", FLOW, "--group", group, "--max-workers", "2"];
    run = withRun(await millrace(args, { cwd: ROOT, env: { PWD_OF_TEST: ROOT.replace(/\/$/, "") } }));
    process.umask(mask);
    all = (run.code === 0 ? readArtifacts(run, "end")["all"] : []) as typeof all;
  }, 180_000);

  test("does not end the run", () => expect(run.code, run.stdout + run.stderr).toBe(0));

  test.each(attacks.map(([name, { fails }], index) => ({ name, fails, index })))("$name", ({ name, fails, index }) => {
    const found = all[index];
    if (fails === undefined) expect(found?.failure).toBeNull();
    else expect(found?.failure).toMatch(fails);
    expect(found?.witness).toEqual(UNTOUCHED);
    expect(logOf(run, "after", { index })).toBe(`after ${name}\n`);
    const [task] = tasksOf(run, "attack").filter((one) => one.index === index);
    for (const { startedAt, finishedAt } of task?.attempts ?? [])
      expect((finishedAt ?? Infinity) - startedAt).toBeLessThan(LONGEST_MS);
  });
});
