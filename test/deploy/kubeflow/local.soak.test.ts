import path from "node:path";
import { expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { readRun } from "../../../runtime/datastore/reader/read-run.ts";
import type { TaskSummary } from "../../../runtime/datastore/reader/run-summary.ts";
import { latestRun } from "../../matrix/cell.ts";
import { sampleFlows } from "../../matrix/engines/sample.ts";
import { hashesOf } from "../../matrix/hashes-of.ts";
import { makeBucket, motoForFile } from "../../rigs/aws/moto.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { folderOfFile, millrace } from "../../rigs/harness.ts";
import { EXECUTED } from "../shapes/executed.ts";
import { KUBEFLOW_LOCAL, kubeflowEnvironment, runPipeline } from "../../rigs/kubeflow/kubeflow.ts";

const TIMEOUT_MS = 900_000;
const FATES = path.join(import.meta.dirname, "flows/fates.ts");
const TITLES: readonly string[] = EXECUTED.kubeflow.samples;
/** Each task is a container: splits in splits use most of what a pipeline says. */
const FLOWS = sampleFlows().filter(({ title }) => TITLES.includes(title));

describeWith(KUBEFLOW_LOCAL, "pipelines, run by Kubeflow's own local runner", () => {
  const moto = motoForFile();
  const folder = folderOfFile();

  async function place() {
    const env = kubeflowEnvironment(moto.url());
    Object.assign(process.env, env);
    const datastore = `s3://${await makeBucket(moto.url())}/store`;
    return { datastore, env: { ...env, MILLRACE_DATASTORE: datastore } };
  }

  test.each(FLOWS)("$title: the same bytes as here", { timeout: TIMEOUT_MS }, async (flow) => {
    const { className, command } = flow;
    const { datastore, env } = await place();
    const here = await command(["run", "--max-workers", "2"], env);
    expect(here.code, here.stderr).toBe(0);
    const before = latestRun({ datastore, className });
    const file = path.join(folder, `${className}.yaml`);
    const deployed = await command(["deploy", "kubeflow", "--out", file], env);
    expect(deployed.code, deployed.stderr).toBe(0);
    const { succeeded, said } = await runPipeline(file, { env });
    expect(succeeded, said).toBe(true);
    const run = latestRun({ datastore, className });
    expect(run).not.toBe(before);
    expect(readRun(openDatastore(datastore), { flow: className, run }).status, said).toBe("succeeded");
    expect(hashesOf({ datastore, className }, run)).toEqual(hashesOf({ datastore, className }, before));
  });

  test(
    "attempts, cases, deaths and ends are as the flow says, and the exit task knows how it has ended",
    { timeout: TIMEOUT_MS },
    async () => {
      const { datastore, env } = await place();
      const file = path.join(folder, "fates.yaml");
      const deployed = await millrace(["deploy", FATES, "kubeflow", "--out", file], { env });
      expect(deployed.code, deployed.stderr).toBe(0);
      const ran = async (parameters: Readonly<Record<string, string>>) => {
        const { succeeded, said } = await runPipeline(file, { env, parameters });
        const run = latestRun({ datastore, className: "FatesFlow" });
        const read = readRun(openDatastore(datastore), { flow: "FatesFlow", run });
        return { succeeded, said, status: read.status, tasks: read.tasks.map(fateOf) };
      };
      const well = await ran({ word: "longer" });
      expect(well, well.said).toMatchObject({ succeeded: true, status: "succeeded" });
      expect(well.tasks).toEqual(["start succeeded 2", "long succeeded 1", "dies caught 2", "end succeeded 1"]);
      expect(well.said).toContain("told: FatesFlow succeeded");
      const badly = await ran({ fails: "true" });
      expect(badly, badly.said).toMatchObject({ succeeded: false, status: "failed" });
      expect(badly.tasks).toEqual(["start succeeded 2", "short succeeded 1", "dies caught 2", "end failed 1"]);
      expect(badly.said).toContain("told: FatesFlow failed");
    },
  );
});

function fateOf({ step, status, attempts }: TaskSummary): string {
  return `${step} ${status} ${attempts.length}`;
}
