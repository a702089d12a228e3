import fs from "node:fs";
import path from "node:path";
import { isRecord } from "../../../sdk/base/is-record.ts";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { Deployments } from "../../datastore/deployments.ts";
import { jobDefinitions } from "../batch/job-definitions.ts";
import { registerJobs } from "../batch/register-jobs.ts";
import type { DeployedVersion, Deployer, DeploymentPlan, Installation } from "../deployer.ts";
import { airflowRefusals } from "./airflow-refusals.ts";
import { type AirflowRequest, airflowRest } from "./airflow-rest.ts";
import { AIRFLOW_SETTINGS } from "./airflow-settings.ts";
import { dagFile } from "./dag-file.ts";
import { dagMark } from "./dag-mark.ts";
import { pausesOf, pauseUntil, withPauses } from "./pauses-of.ts";
import { dagPath, refuseOther, removeDag, writeDag } from "./write-dag.ts";

export const airflowDeployer: Deployer = {
  refusals: airflowRefusals,
  spec: dagFile,
  install,
  setPaused,
  async remove(of) {
    // First the file: Airflow would find the DAG in it again.
    const file = installedFile(of);
    const kept = file === null ? null : removeDag(file, dagMark(of));
    // Where the file is another's, so is the DAG of that name.
    if (kept === null && of.settings.engine(AIRFLOW_SETTINGS).url !== null)
      await asked(of, { method: "DELETE", path: pathOf(of), aim: "remove", typed: "delete", isMissingFine: true });
    if (file !== null) return kept === null ? [] : [kept];
    return ["the file that was written with --out is still there: remove it from Airflow's folder of DAGs"];
  },
  async trigger(of, parameters) {
    refuseAnothers(of, "trigger");
    const body = { logical_date: null, conf: parameters };
    const typed = `trigger --conf ${quoted(JSON.stringify(parameters))}`;
    const made = await asked(of, { method: "POST", path: `${pathOf(of)}/dagRuns`, body, aim: "trigger", typed });
    const id = isRecord(made) ? made["dag_run_id"] : null;
    return typeof id === "string" ? id : of.version.deployment;
  },
};

async function setPaused(of: DeployedVersion, paused: boolean): Promise<void> {
  const aim = paused ? "pause" : "unpause";
  refuseAnothers(of, aim);
  // First the file: Airflow makes up for instants of the pause at once.
  if (!paused) settlePause(of);
  const isMissingFine = paused && beginsPaused(of);
  await asked(of, { method: "PATCH", path: pathOf(of), body: { is_paused: paused }, aim, typed: aim, isMissingFine });
}

async function install(plan: DeploymentPlan): Promise<Installation> {
  const made = await written(plan);
  // A DAG that Airflow knows already would go on.
  if (plan.isPaused === true)
    await setPaused({ ...plan, version: { ...plan.version, installed: made.installed } }, true);
  return made;
}

/** Into Airflow's folder of DAGs, if that is known. */
async function written(plan: DeploymentPlan): Promise<Installation> {
  const { dags, url } = plan.settings.engine(AIRFLOW_SETTINGS);
  if (plan.isPaused === true && url === null)
    throw unreachable({ aim: "install paused", deployment: plan.name, command: null });
  const definitions = jobDefinitions(plan);
  if (definitions.length > 0) await registerJobs(plan, { definitions, where: "to Airflow" });
  if (dags === null)
    return {
      installed: null,
      lines: [
        "not installed yet: put the file that --out writes into Airflow's folder of DAGs, or name that folder in MILLRACE_AIRFLOW_DAGS",
      ],
    };
  const file = dagPath(dags, plan.name);
  const text = withPauses(dagFile(plan), pausesOf(file));
  writeDag(file, { text, mark: dagMark(plan), aim: "install the DAG" });
  return { installed: { dag: plan.name, file }, lines: [`${file} is the DAG ${plan.name}`] };
}

/** @throws MillraceError where Airflow's DAG of that name is made by what is not this deployment */
function refuseAnothers(of: DeployedVersion, aim: string): void {
  const file = installedFile(of);
  if (file !== null) refuseOther(file, { mark: dagMark(of), aim: `${aim} ${of.version.deployment}` });
}

/** Instants of the pause that ends now start nothing, whatever Airflow makes up for. */
function settlePause(of: DeployedVersion): void {
  const file = installedFile(of);
  if (file === null || !fs.existsSync(file)) return;
  const pause = pauseUntil(Date.now(), new Deployments(of.store.storage).moves(of.version.deployment));
  if (pause === null) return;
  const before = pausesOf(file).filter(({ from }) => from !== pause.from);
  const text = withPauses(fs.readFileSync(file, "utf8"), [...before, pause]);
  writeDag(file, { text, mark: dagMark(of), aim: `unpause ${of.version.deployment}` });
}

/** True where Airflow takes the DAG as paused as soon as it knows it. */
function beginsPaused(of: DeployedVersion): boolean {
  const file = installedFile(of);
  return file !== null && fs.existsSync(file) && fs.readFileSync(file, "utf8").includes("is_paused_upon_creation=True");
}

function unreachable({
  aim,
  deployment,
  command,
}: {
  aim: string;
  deployment: string;
  command: string | null;
}): MillraceError {
  return new MillraceError({
    code: "MILLRACE_DEPLOYMENT",
    headline: `Cannot ${aim} ${deployment} because nothing says where Airflow's web server is`,
    hint: `set MILLRACE_AIRFLOW_URL and MILLRACE_AIRFLOW_TOKEN${command === null ? "" : `, or type there: ${command}`}`,
  });
}

interface Asked extends AirflowRequest {
  /** What does the same on Airflow's own command line. */
  readonly typed: string;
  readonly isMissingFine?: boolean;
}

async function asked(of: DeployedVersion, { typed, isMissingFine = false, ...request }: Asked): Promise<unknown> {
  const { url, token } = of.settings.engine(AIRFLOW_SETTINGS);
  const { deployment } = of.version;
  const [verb = "", ...words] = typed.split(" ");
  const command = ["airflow dags", verb, deployment, ...words].join(" ");
  if (url === null) throw unreachable({ aim: request.aim, deployment, command });
  const found = await airflowRest({ url, token }, { ...request, aim: `${request.aim} ${deployment}` });
  if (found !== null || isMissingFine) return found;
  throw new MillraceError({
    code: "MILLRACE_DEPLOYMENT",
    headline: `Cannot ${request.aim} ${deployment} because Airflow at ${url} has not read its DAG yet`,
    hint: "it reads its folder of DAGs every few minutes; `airflow dags list-import-errors` says what it could not read",
  });
}

function pathOf({ version }: DeployedVersion): string {
  return encodeURIComponent(version.deployment);
}

/** Only what this deployment itself has put there. */
function installedFile({ version }: DeployedVersion): string | null {
  const { installed, deployment } = version;
  const file = isRecord(installed) ? installed["file"] : null;
  return typeof file === "string" && path.basename(file) === `${deployment}.py` ? file : null;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
