import { expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { readRun } from "../../../runtime/datastore/reader/read-run.ts";
import { awsEnvironment, makeBucket, MOTO, motoForFile } from "../../rigs/aws/moto.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { deployedForTest } from "../../rigs/foreign/deployed-for-test.ts";
import { ForeignScheduler } from "../../rigs/foreign/foreign-scheduler.ts";
import { folderOfFile, millrace } from "../../rigs/harness.ts";
import { sampleFlows } from "../../matrix/engines/sample.ts";
import { hashesOf } from "../../matrix/hashes-of.ts";
import { latestRun } from "../../matrix/cell.ts";

const [FLOW] = sampleFlows().filter(({ title }) => title === "branch in foreach");

describeWith(MOTO, "a run without a scheduler of ours, in a bucket", () => {
  const moto = motoForFile();

  test("leaves the same bytes as one with it, and a sound store", { timeout: 400_000 }, async () => {
    const { className, command } = FLOW!;
    const env = awsEnvironment(moto.url());
    Object.assign(process.env, env);
    const datastore = `s3://${await makeBucket(moto.url())}/store`;
    const local = await command(["run"], { ...env, MILLRACE_DATASTORE: datastore });
    expect(local.code, local.stderr).toBe(0);
    const before = latestRun({ datastore, className });
    const deployed = deployedForTest(datastore, { flow: className, run: before });
    const foreign = await new ForeignScheduler({ ...deployed, datastore, cwd: folderOfFile(), env }).run();
    expect(foreign.status, JSON.stringify(foreign.ends.filter(({ code }) => code !== 0))).toBe("succeeded");
    const run = latestRun({ datastore, className });
    expect(hashesOf({ datastore, className }, run)).toEqual(hashesOf({ datastore, className }, before));
    expect(readRun(openDatastore(datastore), { flow: className, run }).status).toBe("succeeded");
    const fsck = await millrace(["fsck"], { datastore, env });
    expect(fsck.code, fsck.stdout).toBe(0);
  });
});
