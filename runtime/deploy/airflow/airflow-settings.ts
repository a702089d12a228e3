import type { EngineSettingTable } from "../../engines/engine.ts";

export const AIRFLOW_SETTINGS = {
  /** Folder in which Airflow looks for DAGs, as this machine sees it. */
  dags: { variable: "MILLRACE_AIRFLOW_DAGS", key: "airflowDags" },
  /** Address of Airflow's web server, for its REST API. */
  url: { variable: "MILLRACE_AIRFLOW_URL", key: "airflowUrl" },
  /** `Bearer` token for that API. */
  token: { variable: "MILLRACE_AIRFLOW_TOKEN", key: "airflowToken" },
} as const satisfies EngineSettingTable;
