import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { readRun } from "../../../runtime/datastore/reader/read-run.ts";
import { airflowDeployer } from "../../../runtime/deploy/airflow/airflow-deployer.ts";
import { latestRun } from "../../matrix/cell.ts";
import { flowOfFile, sampleFlows } from "../../matrix/engines/sample.ts";
import { hashesOf } from "../../matrix/hashes-of.ts";
import { SHAPES } from "../../matrix/shapes/all.ts";
import { AIRFLOW_VERSIONS, airflowVersion } from "../../rigs/airflow/airflow-home.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { folderOfFile, millrace, temporaryFolder } from "../../rigs/harness.ts";
import { graphOfShape } from "../graph-of.ts";
import { planOf } from "../plan-of.ts";
import { EXECUTED } from "../shapes/executed.ts";

const TIMEOUT_MS = 900_000;
const TROUBLED = path.join(import.meta.dirname, "flows/troubled.ts");
const TITLES: readonly string[] = EXECUTED.airflow.samples;
const FLOWS = [...sampleFlows(), flowOfFile("guarded")].filter(({ title }) => TITLES.includes(title));
/** Each task of Airflow's is a process of Python: the older version gets those that differ most. */
const SOME = /branch in foreach|branch in switch|stumbles/;
const DAILY = { cron: "0 6 * * *", timezone: "Europe/Berlin", catchUp: "last" } as const;

for (const version of AIRFLOW_VERSIONS) {
  const airflow = airflowVersion(version);

  describeWith(airflow, `Airflow ${version}`, () => {
    test(
      "imports the DAGs of all shapes that it can express, and of all triggers",
      { timeout: TIMEOUT_MS },
      async () => {
        const home = airflow.home();
        const overlaps = (["skip", "queue", "allow"] as const).map((overlap) => ({
          name: `each-${overlap}`,
          triggers: { schedules: [{ ...DAILY, overlap }], events: [], finishes: [{ flow: "Etl" }, { flow: "Naïve" }] },
        }));
        const shapes = SHAPES.map((shape) => ({ name: shape.name.replaceAll(" ", "-"), shape }));
        const plans = [
          ...shapes.map(({ name, shape }) => planOf(graphOfShape(shape), { name })),
          ...overlaps.map(({ name, triggers }) => planOf(graphOfShape(SHAPES[0]!), { name, version: { triggers } })),
        ].filter((plan) => airflowDeployer.refusals(plan).length === 0);
        const files = plans.map((plan) => {
          const file = path.join(home.dags, `${plan.name}.py`);
          fs.writeFileSync(file, airflowDeployer.spec(plan));
          return file;
        });
        const found = await home.read(files);
        expect(Object.keys(found).sort()).toEqual(plans.map(({ name }) => name).sort());
        expect(plans).toHaveLength(20);
      },
    );

    test("runs flows to the same bytes as here", { timeout: TIMEOUT_MS }, async () => {
      const home = airflow.home();
      const datastore = path.join(folderOfFile(), `store-${version}`);
      const env = { MILLRACE_DATASTORE: datastore, MILLRACE_AIRFLOW_DAGS: home.dags };
      expect(FLOWS.map(({ title }) => title).sort()).toEqual([...TITLES].sort());
      const flows = FLOWS.filter(({ title }) => version === 3 || SOME.test(title));
      const before = new Map<string, string>();
      for (const { className, command } of flows) {
        const here = await command(["run"], env);
        expect(here.code, here.stderr).toBe(0);
        before.set(className, latestRun({ datastore, className }));
        const deployed = await command(["deploy", "airflow"], env);
        expect(deployed.code, deployed.stderr).toBe(0);
      }
      const files = fs.readdirSync(home.dags).map((name) => path.join(home.dags, name));
      const told = path.join(temporaryFolder(), "told");
      const { states, said } = await home.run(files, { GUARDED_TOLD: told });
      for (const { className } of flows) {
        const run = latestRun({ datastore, className });
        const hashes = hashesOf({ datastore, className }, run);
        expect({ className, state: states[className], hashes }, said).toEqual({
          ...{ className, state: "success" },
          hashes: hashesOf({ datastore, className }, before.get(className) ?? ""),
        });
        expect(run).not.toBe(before.get(className));
        expect(readRun(openDatastore(datastore), { flow: className, run }).status).toBe("succeeded");
      }
      if (version === 3) expect(fs.readFileSync(told, "utf8")).toBe("GuardedFlow succeeded\n");
      const fsck = await millrace(["fsck"], { datastore });
      expect(fsck.code, fsck.stdout).toBe(0);
    });

    test(
      "tries again, catches what died, tells a failure, and a laptop resumes it",
      { timeout: TIMEOUT_MS },
      async () => {
        const home = airflow.home();
        const datastore = path.join(temporaryFolder(), "store");
        const env = { MILLRACE_DATASTORE: datastore, MILLRACE_AIRFLOW_DAGS: home.dags };
        const deployed = await millrace(["deploy", TROUBLED, "airflow"], { env });
        expect(deployed.code, deployed.stderr).toBe(0);
        const { states, said } = await home.run([path.join(home.dags, "TroubledFlow.py")]);
        expect(states, said).toEqual({ TroubledFlow: "failed" });
        const run = latestRun({ datastore, className: "TroubledFlow" });
        const read = readRun(openDatastore(datastore), { flow: "TroubledFlow", run });
        expect(read.status).toBe("failed");
        const attempts = Object.fromEntries(read.tasks.map(({ step, attempts: all }) => [step, all.length]));
        expect(attempts).toEqual({ start: 1, dies: 3, fails: 1 });
        const mended = { ...env, MENDED: TROUBLED };
        const resumed = await millrace(["resume", TROUBLED, "--origin-run-id", run], { env: mended });
        expect(resumed.code, resumed.stderr).toBe(0);
      },
    );
  });
}
