import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { hashesOf } from "../../matrix/hashes-of.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { millrace, readArtifacts, tasksOf, temporaryFolder, withRun } from "../../rigs/harness.ts";
import { accountForFile, PRODUCTION } from "./account-for-file.ts";

const LINE = fileURLToPath(new URL("flows/line.ts", import.meta.url));
const SLOW = 1_200_000;

describeWith(PRODUCTION, "a flow on Step Functions", () => {
  const account = accountForFile();

  test(
    "runs as jobs of AWS Batch: attempts, nested splits, a branch, a loop, an error that is caught",
    { timeout: SLOW },
    async () => {
      const aws = account();
      const deployed = await aws.ask("deploy", LINE, "step-functions");
      expect(aws.machineOf(deployed)).toContain(":stateMachine:millrace-LineFlow-");
      const { stdout } = await aws.ask("deployment", "trigger", "LineFlow", "--chunks", "3");
      const execution = stdout.trim();
      expect(await aws.ended(execution)).toMatchObject({ status: "SUCCEEDED" });

      const run = aws.run(deployed);
      expect(run.summary.status).toBe("succeeded");
      expect(run.summary.document.deployment).toEqual({ name: "LineFlow", version: 1, target: "step-functions" });
      expect(tasksOf(run, "parse")).toHaveLength(6);
      expect(readArtifacts(run, "end")).toMatchObject({ sum: 123, rounds: 2 });
      expect(readArtifacts(run, "start")).toMatchObject({ attempts: 1 });

      const here = withRun(await millrace(["run", LINE, "--chunks", "3"], { datastore: temporaryFolder() }));
      expect(here.code, here.stderr).toBe(0);
      expect(hashesOf({ datastore: aws.datastore, className: run.flow }, run.run)).toEqual(
        hashesOf({ datastore: here.datastore, className: here.flow }, here.run),
      );
    },
  );
});
