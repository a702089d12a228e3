import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { finishedAsset } from "../../../runtime/deploy/airflow/finished-asset.ts";
import { pausesOf } from "../../../runtime/deploy/airflow/pauses-of.ts";
import { millrace, temporaryFolder } from "../../rigs/harness.ts";
import { graphOf } from "../graph-of.ts";
import { planOf } from "../plan-of.ts";
import { airflowServer } from "./airflow-server.ts";

const FLOW = path.join(import.meta.dirname, "flows/troubled.ts");
const NAME = "TroubledFlow";

test("a deploy leaves what it has not made in the folder of DAGs: files of people, and DAGs of another datastore", async () => {
  const dags = temporaryFolder();
  const file = path.join(dags, `${NAME}.py`);
  const at = (datastore: string) => ({ datastore, env: { MILLRACE_AIRFLOW_DAGS: dags } });
  const [first, second] = [temporaryFolder(), temporaryFolder()];
  fs.writeFileSync(file, "# somebody's own DAG\n");
  const refused = await millrace(["deploy", FLOW, "airflow"], at(first));
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain(`${file} is not a file that Millrace made`);
  expect(fs.readFileSync(file, "utf8")).toBe("# somebody's own DAG\n");

  fs.rmSync(file);
  for (const time of ["once", "again"]) {
    const done = await millrace(["deploy", FLOW, "airflow"], at(first));
    expect(done.code, `${time}: ${done.stderr}`).toBe(0);
  }
  const made = fs.readFileSync(file, "utf8");
  const other = await millrace(["deploy", FLOW, "airflow"], at(second));
  expect(other.code).not.toBe(0);
  expect(other.stderr).toContain(`is the DAG of "${NAME}" of the datastore "${first}"`);
  expect(fs.readFileSync(file, "utf8")).toBe(made);
  const named = await millrace(["deploy", FLOW, "airflow", "--name", "second"], at(second));
  expect(named.code, named.stderr).toBe(0);
  expect(fs.readdirSync(dags).sort()).toEqual([`${NAME}.py`, "second.py"].sort());
});

test("removing a deployment leaves a file that is no longer what it wrote, and says so", async () => {
  const [dags, datastore] = [temporaryFolder(), temporaryFolder()];
  const file = path.join(dags, `${NAME}.py`);
  const at = { datastore, env: { MILLRACE_AIRFLOW_DAGS: dags } };
  const deployed = await millrace(["deploy", FLOW, "airflow"], at);
  expect(deployed.code, deployed.stderr).toBe(0);
  const made = fs.readFileSync(file, "utf8");
  fs.writeFileSync(file, "# written over it\n");
  const removed = await millrace(["deployment", "remove", NAME], at);
  expect(removed.code, removed.stderr).toBe(0);
  expect(removed.stdout + removed.stderr).toContain(`${file} stays: it is no longer what this deployment wrote there`);
  expect(fs.existsSync(file)).toBe(true);

  fs.rmSync(file);
  const again = await millrace(["deploy", FLOW, "airflow"], at);
  expect(again.code, again.stderr).toBe(0);
  expect(fs.readFileSync(file, "utf8").split("\n")[0]).toBe(made.split("\n")[0]);
  const gone = await millrace(["deployment", "remove", NAME], at);
  expect(gone.code, gone.stderr).toBe(0);
  expect(fs.existsSync(file)).toBe(false);
});

test("pause, unpause, trigger and remove reach no DAG of another deployment's", async () => {
  const [dags, first, second] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  const { url, asked } = await airflowServer();
  const file = path.join(dags, `${NAME}.py`);
  const env = { MILLRACE_AIRFLOW_DAGS: dags, MILLRACE_AIRFLOW_URL: url };
  const at = (datastore: string) => ({ datastore, env });
  const deployed = await millrace(["deploy", FLOW, "airflow"], at(first));
  expect(deployed.code, deployed.stderr).toBe(0);
  fs.rmSync(file);
  const over = await millrace(["deploy", FLOW, "airflow"], at(second));
  expect(over.code, over.stderr).toBe(0);

  for (const action of ["pause", "trigger"]) {
    const refused = await millrace(["deployment", action, NAME], at(first));
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain(
      `Cannot ${action} ${NAME} because ${file} is the DAG of "${NAME}" of the datastore`,
    );
  }
  const removed = await millrace(["deployment", "remove", NAME], at(first));
  expect(removed.code, removed.stderr).toBe(0);
  expect(asked).toEqual([]);

  // The deployment whose DAG it is reaches it.
  for (const words of [["pause"], ["unpause"], ["trigger"], ["remove"]]) {
    const done = await millrace(["deployment", ...words, NAME], at(second));
    expect(done.code, done.stderr).toBe(0);
  }
  const dag = `/api/v2/dags/${NAME}`;
  expect(asked).toEqual([`PATCH ${dag}`, `PATCH ${dag}`, `POST ${dag}/dagRuns`, `DELETE ${dag}`]);
  expect(fs.existsSync(file)).toBe(false);
});

test("an unpause says in the DAG's file when the pause was, and the next deploy keeps that", async () => {
  const [dags, datastore] = [temporaryFolder(), temporaryFolder()];
  const { url } = await airflowServer();
  const at = { datastore, env: { MILLRACE_AIRFLOW_DAGS: dags, MILLRACE_AIRFLOW_URL: url } };
  const done = async (...words: string[]) => {
    const { code, stderr } = await millrace(words, at);
    expect(code, stderr).toBe(0);
    return pausesOf(path.join(dags, `${NAME}.py`));
  };
  const seconds = () => Math.floor(Date.now() / 1000);
  expect(await done("deploy", FLOW, "airflow")).toEqual([]);
  const before = seconds();
  expect(await done("deployment", "pause", NAME)).toEqual([]);
  const between = seconds();
  const pauses = await done("deployment", "unpause", NAME);
  expect(pauses).toHaveLength(1);
  expect(pauses[0]?.from).toBeGreaterThanOrEqual(before);
  expect(pauses[0]?.from).toBeLessThanOrEqual(between);
  expect(pauses[0]?.until).toBeGreaterThanOrEqual(between);
  expect(await done("deploy", FLOW, "airflow")).toEqual(pauses);
});

test("a flow that follows another one follows that of its own datastore", () => {
  const [one, other] = ["s3://bucket/one", "s3://bucket/other"].map((datastore) =>
    finishedAsset(planOf(graphOf("this.end", ""), { datastore }), "EtlFlow"),
  );
  expect(one).not.toBe(other);
  expect(one).toMatch(/^millrace:\/\/[0-9a-f]{12}\/EtlFlow$/);
});
