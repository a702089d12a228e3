import path from "node:path";
import { expect, test } from "vitest";
import { hashesOf } from "../../matrix/hashes-of.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { millrace, ROOT, tasksOf, temporaryFolder, withRun } from "../../rigs/harness.ts";
import { accountForFile, PRODUCTION } from "./account-for-file.ts";

const FLOW = path.join(ROOT, "examples/recsys/flow.ts");
/** npm installs the packages of `@env` on a fresh machine. */
const SLOW = 900_000;

describeWith(PRODUCTION, "the recommender on Step Functions", () => {
  const account = accountForFile();

  test("gives the same artifacts, byte for byte, as on this machine", { timeout: SLOW }, async () => {
    const aws = account();
    const here = withRun(await millrace(["run", FLOW, "--max-workers", "2"], { datastore: temporaryFolder() }));
    expect(here.code, here.stderr).toBe(0);
    const deployed = await aws.ask("deploy", FLOW, "step-functions", "--name", "recsys");
    const { stdout } = await aws.ask("deployment", "trigger", "recsys");
    expect(await aws.ended(stdout.trim())).toMatchObject({ status: "SUCCEEDED" });
    const run = aws.run(deployed);
    expect(hashesOf({ datastore: aws.datastore, className: run.flow }, run.run)).toEqual(
      hashesOf({ datastore: here.datastore, className: here.flow }, here.run),
    );
    expect(tasksOf(run, "rank")).toHaveLength(tasksOf(here, "rank").length);
  });
});
