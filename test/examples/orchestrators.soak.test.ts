import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { airflowVersion } from "../rigs/airflow/airflow-home.ts";
import { batchEnvironment } from "../rigs/aws/batch-environment.ts";
import { makeBucket, MOTO, motoForFile } from "../rigs/aws/moto.ts";
import { allOf, describeWith } from "../rigs/describe-with.ts";
import { IMAGE } from "../rigs/docker/engine.ts";
import { millrace, ROOT, temporaryFolder } from "../rigs/harness.ts";
import { pythonEnvironment } from "../rigs/python/python-environment.ts";

const FLOW = path.join(ROOT, "examples/recsys/flow.ts");
const PARSER = path.join(ROOT, "test/deploy/kubeflow/parse-pipelines.py");
// npm installs the packages of @env on a fresh machine.
const SLOW = 900_000;
const AIRFLOW = airflowVersion(3);
const KUBEFLOW = pythonEnvironment("kubeflow");

describeWith(allOf("the recommender on Airflow", [AIRFLOW, MOTO]), "the recommender on Airflow", () => {
  const moto = motoForFile();

  test(
    "is a DAG that Airflow imports, with a job of AWS Batch among processes of its workers",
    { timeout: SLOW },
    async () => {
      const home = AIRFLOW.home();
      const env = {
        ...(await batchEnvironment(moto.url(), IMAGE)),
        MILLRACE_DATASTORE: `s3://${await makeBucket(moto.url())}/store`,
        MILLRACE_AIRFLOW_DAGS: home.dags,
      };
      const deployed = await millrace(["deploy", FLOW, "airflow"], { env });
      expect(deployed.code, deployed.stderr).toBe(0);
      const file = path.join(home.dags, "RecSysFlow.py");
      // Seven steps, the list of genres, and the end of the run.
      expect(await home.read([file])).toEqual({ RecSysFlow: 9 });
      const calls = fs.readFileSync(file, "utf8").matchAll(/^ +(bash|job|pod)\("(\w+)"/gm);
      const jobs = [...calls].flatMap(([, call, step]) => (call === "bash" ? [] : [`${call} ${step}`]));
      expect(jobs).toEqual(["job fitB"]);
    },
  );
});

describeWith(allOf("the recommender on Kubeflow", [KUBEFLOW, MOTO]), "the recommender on Kubeflow", () => {
  const moto = motoForFile();

  test("is a pipeline that Kubeflow's own protobuf and loader take", { timeout: SLOW }, async () => {
    const file = path.join(temporaryFolder(), "recsys.yaml");
    const env = {
      ...(await batchEnvironment(moto.url(), IMAGE)),
      MILLRACE_DATASTORE: `s3://${await makeBucket(moto.url())}/store`,
    };
    const pods = "kubernetes:cpu=0.5,memory=1500";
    const deployed = await millrace(["deploy", FLOW, "kubeflow", "--with", pods, "--out", file], { env });
    expect(deployed.code, deployed.stderr).toBe(0);
    const { stdout, stderr } = spawnSync(KUBEFLOW.program("python"), [PARSER, file], { encoding: "utf8" });
    expect(stdout.trim(), stderr).toBe(`sound ${file}`);
  });
});
