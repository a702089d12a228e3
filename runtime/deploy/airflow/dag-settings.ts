import type { DeploymentPlan } from "../deployer.ts";
import { finishedAsset } from "./finished-asset.ts";
import { pythonLiteral } from "./python-literal.ts";

/** Of runs that may overlap: Airflow would let the others wait. */
const MANY_RUNS = 1000;
const DOC_LIMIT = 4000;

/** The keywords of the DAG itself, as Python. */
export function dagSettings(plan: DeploymentPlan): string[] {
  const { name, version, graph } = plan;
  const { triggers, time, options, queue, username } = version;
  const [schedule] = triggers.schedules;
  const doc = `${graph.doc ?? ""}\n\nVersion ${version.version} of the deployment ${name} of ${graph.flow}.`.trim();
  const said = {
    dag_id: name,
    description: `${graph.flow}, deployed by Millrace`,
    doc_md: doc.slice(0, DOC_LIMIT),
    tags: ["millrace", ...version.tags].map((tag) => tag.slice(0, 100)),
    catchup: schedule?.catchUp === "all",
    max_active_runs: MANY_RUNS,
    is_paused_upon_creation: plan.isPaused === true,
    default_args: {
      owner: username,
      depends_on_past: false,
      ...(queue === null ? {} : { priority_weight: Math.max(1, Math.round(queue.priority)), weight_rule: "absolute" }),
    },
    ...(options.maxWorkers === null ? {} : { max_active_tasks: options.maxWorkers }),
  };
  return [
    ...Object.entries(said).map(([key, value]) => `${key}=${pythonLiteral(value)}`),
    `start_date=datetime.fromtimestamp(${Math.floor(time / 1000)}, timezone.utc)`,
    `schedule=${scheduleOf(plan)}`,
    `params={${graph.parameters.map((one) => `${pythonLiteral(one)}: Param(None, type=["null", "string"])`).join(", ")}}`,
  ];
}

function scheduleOf(plan: DeploymentPlan): string {
  const { schedules, finishes } = plan.version.triggers;
  const assets = finishes.map(({ flow }) => `Asset(${pythonLiteral(finishedAsset(plan, flow))})`);
  const [one] = assets;
  const any = assets.length > 1 ? `AssetAny(${assets.join(", ")})` : one;
  const [first] = schedules;
  if (first === undefined) return any === undefined ? "None" : any === one ? `[${one}]` : any;
  const crons = schedules.map(({ cron }) => pythonLiteral(cron)).join(", ");
  const kind = schedules.length > 1 ? "MultipleCronTriggerTimetable" : "CronTriggerTimetable";
  const timetable = `${kind}(${crons}, timezone=${pythonLiteral(first.timezone)})`;
  return any === undefined ? timetable : `AssetOrTimeSchedule(timetable=${timetable}, assets=${any})`;
}
