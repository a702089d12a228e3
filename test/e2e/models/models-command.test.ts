import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { millrace, runFlow } from "../../rigs/harness.ts";

const FLOW = path.join(import.meta.dirname, "flows/register.ts");

/** A run that registered churn@1. */
let datastore = "";
let run = "";

beforeAll(async () => {
  ({ datastore, run } = await runFlow(FLOW));
  for (const auc of ["0.95", "0.85"]) await models("register", "churn", "latest/start/model", "--metric", `auc=${auc}`);
  await models("promote", "churn@1", "--alias", "production", "--reason", "the first");
}, 120_000);

async function models(...args: string[]) {
  const { code, stdout, stderr } = await millrace(["models", ...args], { datastore });
  return { code, stdout: stdout.trim(), stderr: stderr.trim() };
}

async function json(...args: string[]) {
  const { code, stdout, stderr } = await models(...args, "--json");
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

describe("models", () => {
  test("lists models and their versions, and shows one with what it was made from", async () => {
    expect(await json("list")).toEqual([{ name: "churn", latest: 3, versions: 3, aliases: { production: 1 } }]);
    expect((await models("list")).stdout).toMatch(/^MODEL +LATEST +VERSIONS +ALIASES\nchurn +3 +3 +production 1$/);
    const versions = await json("versions", "churn", "--limit", "2");
    expect(versions.map(({ number, metrics }: { number: number; metrics: object }) => [number, metrics])).toEqual([
      [3, { auc: 0.85 }],
      [2, { auc: 0.95 }],
    ]);
    const limited = await models("versions", "churn", "--limit", "1");
    expect([limited.stdout.split("\n").length, limited.stderr]).toEqual([2, "2 more; --limit 0 shows all"]);
    const model = await json("show", "churn@production");
    expect(model).toMatchObject({ name: "churn", number: 1, aliases: ["production"], type: "Object" });
    expect(model.lineage).toMatchObject({
      task: `RegisterFlow/${run}/train/2`,
      run: { pathspec: `RegisterFlow/${run}` },
    });
    expect(model.lineage.parameters).toMatchObject([
      { name: "dies", value: false },
      { name: "fails", value: 0 },
    ]);
    const { stdout } = await models("show", "churn@1");
    expect(stdout).toMatch(/^churn@1 {2}production\n {2}metrics +auc 0.9, attempt 0\n {2}artifact +model {2}Object/);
    expect(stdout).toMatch(/\n {2}code +\S*register.ts, package [0-9a-f]{8}\n/);
  }, 60_000);

  test("registers an artifact, moves aliases as expected, tells every move, and rolls back", async () => {
    const [task, whole] = [`latest/start/model`, `RegisterFlow/${run}/start/1/model`];
    const registered = await models("register", "spam", whole, "--metric", "loss=NaN", "--description", "by hand");
    expect([registered.stdout, registered.stderr]).toEqual(["spam@1", expect.stringContaining(whole)]);
    expect((await models("register", "spam", task, "--metric", "auc=0.9")).stdout).toBe("spam@2");
    expect((await json("show", "spam@1")).metrics).toEqual({ loss: "NaN" });

    const promote = (version: string, ...more: string[]) => models("promote", version, "--alias", "staging", ...more);
    expect((await promote("spam@1", "--expect", "none")).stdout).toBe("spam@staging is 1; it was not set");
    const late = await promote("spam@2", "--expect", "none");
    expect([late.code, late.stderr]).toEqual([
      1,
      expect.stringMatching(/because it is 1: \S+ moved it there from not set/),
    ]);
    const unmet = await promote("spam@2", "--require", "metrics.auc > 0.95");
    expect([unmet.code, unmet.stderr]).toEqual([
      1,
      expect.stringMatching(/metrics.auc > 0.95 is required: auc is 0.9/),
    ]);
    expect((await promote("spam@latest", "--expect", "1", "--reason", "newer")).stdout).toBe(
      "spam@staging is 2; it was 1",
    );
    expect((await promote("spam@2")).stdout).toBe("spam@staging is 2 already");
    expect((await models("rollback", "spam@staging", "--expect", "2")).stdout).toBe(
      "spam@staging is back at 1; it was 2",
    );

    const moves = await json("history", "spam");
    expect(moves.map(({ from, to, why, action }: Record<string, unknown>) => [from, to, why, action])).toEqual([
      [null, 1, null, "promote"],
      [1, 2, "newer", "promote"],
      [2, 1, null, "rollback"],
    ]);
    expect(await json("history", "spam", "--at", moves[1].at)).toEqual({ staging: 2 });
    expect(await json("history", "spam", "--at", "2020-01-01")).toEqual({});
    expect((await models("history", "spam")).stdout).toMatch(
      /^MOVED +ALIAS +FROM +TO +USER +REASON\n.* staging +- +1 +promote/,
    );
  }, 120_000);

  test("shows what differs, and removes versions and aliases", async () => {
    const { from, to, changes } = await json("diff", "churn@2", "churn@latest");
    expect([from, to, changes]).toEqual([
      "churn@2",
      "churn@3",
      [{ part: "metric", name: "auc", from: 0.95, to: 0.85 }],
    ]);
    expect((await models("diff", "churn@2", "churn@3")).stdout).toMatch(/churn@2 +churn@3\nmetric +auc +0.95 +0.85$/);
    expect((await models("diff", "churn@2", "churn@2")).stderr).toBe("churn@2 and churn@2 do not differ");
    for (const _ of [1, 2]) await models("register", "old", "latest/start/model");
    await models("promote", "old@2", "--alias", "staging");
    expect(await models("remove", "old@2")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/points to it: staging/),
    });
    expect((await models("remove", "old@staging")).stdout).toBe("old@staging is not set any more; it was 2");
    expect((await models("remove", "old@2", "--reason", "leaked labels")).code).toBe(0);
    expect((await models("show", "old@2")).stderr).toMatch(/removed it\n.*leaked labels/s);
    expect((await json("list")).find(({ name }: { name: string }) => name === "old")).toMatchObject({
      latest: 1,
      aliases: {},
    });
  }, 120_000);

  test("refuses what cannot be meant with exit code 2, and names the fix", async () => {
    expect(await models("show", "chur@1")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/did you mean churn\?/),
    });
    const { code, stdout } = await models("promote", "churn@1", "--json");
    expect([code, JSON.parse(stdout)]).toMatchObject([2, { error: { headline: expect.stringContaining("--alias") } }]);
    expect((await models("register", "churn", "latest/start/mdel")).code).toBe(2);
  }, 60_000);
});
