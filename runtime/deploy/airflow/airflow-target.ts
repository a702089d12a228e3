import type { DeployTarget } from "../deployer.ts";
import { AIRFLOW_SETTINGS } from "./airflow-settings.ts";

/** A scheduler that many have already: gets one file of Python. */
export const airflowTarget: DeployTarget = {
  name: "airflow",
  where: "to Airflow",
  title: "a DAG of Airflow 2.10, 2.11 or 3: one Python file in its folder of DAGs",
  settings: AIRFLOW_SETTINGS,
  engine: "local",
  starts: "execution",
  load: async () => (await import("./airflow-deployer.ts")).airflowDeployer,
};
