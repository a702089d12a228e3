import { expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { objectsBelow } from "../../rigs/aws/kept-secrets.ts";
import { FOUND_IN_AWS, leaksIn, secretScene, withSource } from "../../rigs/aws/secret-scene.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { logOf, millrace, readArtifacts, withRun } from "../../rigs/harness.ts";
import { accountForFile, BATCH } from "./batch-for-file.ts";

describeWith(BATCH, "secrets of steps on AWS Batch", () => {
  const account = accountForFile();

  test("that AWS keeps are read by the job, and are nowhere in its description, nor in store and log", async () => {
    const machine = await account().machine();
    const { cwd } = await secretScene(account().url);
    const run = withRun(await millrace(["run", "flow.ts", "--with", "batch"], { ...machine, cwd }));
    expect(run.code, run.stderr).toBe(0);
    expect(readArtifacts(run, "end")).toMatchObject({ found: FOUND_IN_AWS, left: [] });
    expect(logOf(run, "start", { stream: "stdout" })).toBe('token *** *** "***"\n');
    expect(leaksIn(run.stdout + run.stderr)).toEqual([]);
    const described = await machine.described();
    expect(described.includes('"MILLRACE_DATASTORE"')).toBe(true);
    expect(leaksIn(described)).toEqual([]);
    // The role of the job gives it its keys.
    expect(described.match(/"AWS_(SECRET|ACCESS|SESSION)\w*"/)).toBeNull();
    const objects = await objectsBelow(account().url, machine.datastore);
    expect(objects.size).toBeGreaterThan(5);
    for (const [key, bytes] of objects) expect(leaksIn(bytes), key).toEqual([]);
  });

  test("that the role may not read, or that are not there, fail the task with what to allow", async () => {
    const machine = await account().machine();
    const cwd = withSource('{ type: "aws-secrets-manager", id: "no/such" }');
    const run = withRun(await millrace(["run", "flow.ts", "--with", "batch"], { ...machine, cwd }));
    expect(run.code, run.stderr).toBe(1);
    expect(run.stderr).toContain(
      "Cannot get the secrets of step start because AWS Secrets Manager does not give no/such",
    );
    expect(openDatastore(machine.datastore).runs("OneFlow")).toHaveLength(1);
  });

  test("that are on this machine are refused, with where to keep them instead", async () => {
    const machine = await account().machine();
    const cwd = withSource('{ type: "inline", vars: { OURS: "o" } }');
    const seen = await millrace(["run", "flow.ts", "--with", "batch"], { ...machine, cwd });
    expect(seen.code, seen.stderr).toBe(2);
    expect(seen.stderr).toContain("the secrets of @secrets are on this machine and do not leave it");
    expect(seen.stderr).toContain('{ type: "aws-secrets-manager", id }');
    expect(await machine.jobs()).toEqual([]);
  });
});
