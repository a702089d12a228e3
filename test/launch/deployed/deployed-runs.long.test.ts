import path from "node:path";
import { describe, expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { readRun } from "../../../runtime/datastore/reader/read-run.ts";
import { deployedForTest } from "../../rigs/foreign/deployed-for-test.ts";
import { ForeignScheduler } from "../../rigs/foreign/foreign-scheduler.ts";
import { folderOfFile, millrace } from "../../rigs/harness.ts";
import { sampleFlows } from "../../matrix/engines/sample.ts";
import { hashesOf } from "../../matrix/hashes-of.ts";
import { latestRun } from "../../matrix/cell.ts";

const TIMEOUT_MS = 240_000;

describe.each(sampleFlows())("$title", ({ className, command }) => {
  test("a run without a scheduler of ours leaves the same bytes as one with it", { timeout: TIMEOUT_MS }, async () => {
    const folder = folderOfFile();
    const datastore = path.join(folder, "store");
    const local = await command(["run"], { MILLRACE_DATASTORE: datastore });
    expect(local.code, local.stderr).toBe(0);
    const before = latestRun({ datastore, className });
    const { deployment, frame } = deployedForTest(datastore, { flow: className, run: before });
    const foreign = await new ForeignScheduler({ deployment, frame, datastore, cwd: folder }).run();
    expect(foreign.status, JSON.stringify(foreign.ends.filter(({ code }) => code !== 0))).toBe("succeeded");
    const run = latestRun({ datastore, className });
    expect(run).not.toBe(before);
    expect(hashesOf({ datastore, className }, run)).toEqual(hashesOf({ datastore, className }, before));
    expect(readRun(openDatastore(datastore), { flow: className, run }).status).toBe("succeeded");
    const fsck = await millrace(["fsck"], { datastore });
    expect(fsck.code, fsck.stdout).toBe(0);
  });
});
