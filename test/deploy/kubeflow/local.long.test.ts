import path from "node:path";
import { expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { readRun } from "../../../runtime/datastore/reader/read-run.ts";
import { latestRun } from "../../matrix/cell.ts";
import { sampleFlows } from "../../matrix/engines/sample.ts";
import { hashesOf } from "../../matrix/hashes-of.ts";
import { makeBucket, motoForFile } from "../../rigs/aws/moto.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { folderOfFile } from "../../rigs/harness.ts";
import { EXECUTED } from "../shapes/executed.ts";
import { KUBEFLOW_LOCAL, kubeflowEnvironment, runPipeline } from "../../rigs/kubeflow/kubeflow.ts";

const TIMEOUT_MS = 900_000;
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
});
