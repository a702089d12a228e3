import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { airflowDeployer } from "../../../runtime/deploy/airflow/airflow-deployer.ts";
import { deployedTask } from "../../../runtime/deploy/deployed-task.ts";
import { podOptionsOf } from "../../../runtime/deploy/pods/pod-options-of.ts";
import { podTemplate } from "../../../runtime/engines/kubernetes/pod-spec.ts";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { readRun } from "../../../runtime/datastore/reader/read-run.ts";
import { latestRun } from "../../matrix/cell.ts";
import { hashesOf } from "../../matrix/hashes-of.ts";
import { SHAPES } from "../../matrix/shapes/all.ts";
import { AIRFLOW_VERSIONS, airflowVersion } from "../../rigs/airflow/airflow-home.ts";
import { batchEnvironment } from "../../rigs/aws/batch-environment.ts";
import { makeBucket, MOTO, motoForFile } from "../../rigs/aws/moto.ts";
import { allOf, describeWith } from "../../rigs/describe-with.ts";
import { DOCKER } from "../../rigs/docker/engine.ts";
import { folderOfFile, millrace, temporaryFolder } from "../../rigs/harness.ts";
import { CLUSTER, KUBERNETES, onKubernetes } from "../../rigs/kubernetes/cluster.ts";
import { graphOf, graphOfShape } from "../graph-of.ts";
import { planOf } from "../plan-of.ts";

const TIMEOUT_MS = 900_000;
const FLOW = path.join(import.meta.dirname, "flows/elsewhere.ts");
const FLOW_NAME = "ElsewhereFlow";
const ENGINES = {
  kubernetes: { MILLRACE_IMAGE: "registry.example/node:22" },
  batch: { MILLRACE_IMAGE: "registry.example/node:22", MILLRACE_BATCH_QUEUE: "jobs", AWS_REGION: "us-east-1" },
} as const;

/** All that `@kubernetes` can say. */
const POD_OPTIONS = {
  ...{ namespace: "models", serviceAccount: "trainer", nodeSelector: { pool: "gpu" }, priorityClass: "high" },
  ...{ labels: { team: "fraud" }, annotations: { "example.com/cost": "7" }, imagePullSecrets: ["registry"] },
  ...{ tolerations: [{ key: "gpu", operator: "Exists" }], imagePullPolicy: "IfNotPresent", tmpfs: 100 },
  ...{ secrets: ["token", "keys:/keys"], volumes: ["claim:/data", "/scratch:/scratch:ro"], gpuResource: "amd.com/gpu" },
  overrides: { spec: { template: { spec: { hostname: "trainer", containers: [{ name: "task", tty: true }] } } } },
} as const;

for (const version of AIRFLOW_VERSIONS) {
  const airflow = airflowVersion(version);
  const jobs = allOf(`jobs of Airflow ${version}`, [airflow, DOCKER, MOTO]);
  const pods = allOf(`pods of Airflow ${version}`, [airflow, KUBERNETES]);

  describeWith(airflow, `Airflow ${version}, tasks elsewhere`, () => {
    test.each(Object.entries(ENGINES))(
      "imports DAGs whose tasks are of %s",
      { timeout: TIMEOUT_MS },
      async (engine, env) => {
        const home = airflow.home();
        const plans = SHAPES.map((shape) =>
          planOf(graphOfShape(shape), {
            ...{
              engine,
              env,
              name: shape.name.replaceAll(" ", "-"),
              target: "airflow",
              datastore: "s3://bucket/store",
            },
          }),
        ).filter((plan) => airflowDeployer.refusals(plan).length === 0);
        expect(plans.length).toBeGreaterThan(10);
        const files = plans.map((plan) => {
          const file = path.join(home.dags, `${plan.name}.py`);
          fs.writeFileSync(file, airflowDeployer.spec(plan));
          return file;
        });
        const found = await home.read(files);
        expect(Object.keys(found).sort()).toEqual(plans.map(({ name }) => name).sort());
        expect(Object.values(found).filter((tasks) => typeof tasks !== "number")).toEqual([]);
      },
    );
  });

  describeWith(airflow, `Airflow ${version}, pods`, () => {
    test("are what the engine kubernetes would make of all that a step says", { timeout: TIMEOUT_MS }, async () => {
      const home = airflow.home();
      const graph = graphOf("this.end", "");
      const engine = { name: "kubernetes", options: POD_OPTIONS };
      const settings = { engine, resources: { cpu: 0.5, gpu: 1, memoryMb: 900, diskMb: 2000, sharedMemoryMb: 64 } };
      const steps = graph.steps.map((node) => (node.name === "start" ? { ...node, settings } : node));
      const plan = planOf(
        { ...graph, steps },
        { engine: "kubernetes", env: ENGINES.kubernetes, target: "airflow", datastore: "s3://bucket/store" },
      );
      expect(airflowDeployer.refusals(plan)).toEqual([]);
      const file = path.join(home.dags, "sample.py");
      fs.writeFileSync(file, airflowDeployer.spec(plan));
      const found = (await home.pods([file])) as Record<string, Record<string, { metadata: object; spec: object }>>;
      const pod = found["sample"]?.["start"];
      const task = deployedTask(plan, "start");
      const wanted = podTemplate(task, podOptionsOf(plan, task.needs)) as { metadata: object; spec: object };
      expect(pod?.spec).toMatchObject(wanted.spec);
      expect(pod?.metadata).toMatchObject({ ...wanted.metadata, namespace: "models" });
      expect(Object.keys(found["sample"] ?? {}).sort()).toEqual(["end", "millrace.finish", "start"]);
    });
  });

  describeWith(jobs, `Airflow ${version} with AWS Batch`, () => {
    const moto = motoForFile();

    test("runs each task as a job, and knows what it tells", { timeout: TIMEOUT_MS }, async () => {
      const env = await batchEnvironment(moto.url());
      Object.assign(process.env, env);
      await sameAsHere({
        airflow,
        env: {
          ...env,
          AIRFLOW_CONN_AWS_DEFAULT: JSON.stringify({
            ...{ conn_type: "aws", login: "testing", password: "testing" },
            extra: { region_name: "us-east-1", endpoint_url: moto.url() },
          }),
        },
        datastore: `s3://${await makeBucket(moto.url())}/store`,
        engine: "batch:memory=400",
      });
    });
  });

  describeWith(pods, `Airflow ${version} with Kubernetes`, () => {
    const folder = folderOfFile();

    test("runs each task as a pod, and knows what it tells", { timeout: TIMEOUT_MS }, async () => {
      await sameAsHere({
        airflow,
        env: {
          ...onKubernetes(folder),
          AIRFLOW_CONN_KUBERNETES_DEFAULT: JSON.stringify({
            ...{ conn_type: "kubernetes", extra: { kube_config_path: CLUSTER.kubeconfig, namespace: "default" } },
          }),
        },
        datastore: path.join(folder, `store-${version}`),
        engine: "kubernetes:cpu=0.1,memory=400",
      });
    });
  });
}

interface Elsewhere {
  readonly airflow: ReturnType<typeof airflowVersion>;
  readonly env: Readonly<Record<string, string>>;
  readonly datastore: string;
  readonly engine: string;
}

/** Deploys the flow, has Airflow run it, and compares what it leaves with a run on this machine. */
async function sameAsHere({ airflow, env, datastore, engine }: Elsewhere): Promise<void> {
  const home = airflow.home();
  const here = temporaryFolder();
  const local = await millrace(["run", FLOW], { datastore: here });
  expect(local.code, local.stderr).toBe(0);
  const all = { ...env, MILLRACE_DATASTORE: datastore, MILLRACE_AIRFLOW_DAGS: home.dags };
  const deployed = await millrace(["deploy", FLOW, "airflow", "--with", engine], { env: all });
  expect(deployed.code, deployed.stderr).toBe(0);
  const { states, said } = await home.run([path.join(home.dags, `${FLOW_NAME}.py`)], all);
  expect(states, said).toEqual({ [FLOW_NAME]: "success" });
  const run = latestRun({ datastore, className: FLOW_NAME });
  const read = readRun(openDatastore(datastore), { flow: FLOW_NAME, run });
  expect(read.status).toBe("succeeded");
  const attempts = read.tasks.map(({ step, attempts: tried }) => `${step} ${tried.length}`).sort();
  expect(attempts).toEqual(["choose 1", "end 1", "large 1", "measure 1", "measure 2", "start 1"]);
  expect(hashesOf({ datastore, className: FLOW_NAME }, run)).toEqual(
    hashesOf({ datastore: here, className: FLOW_NAME }, latestRun({ datastore: here, className: FLOW_NAME })),
  );
}
