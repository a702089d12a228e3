import { brokenInvariant } from "../../../sdk/base/millrace-error.ts";
import type { StepSettings } from "../../../sdk/base/step-settings.ts";
import { containerCommand } from "../../engines/container/container-command.ts";
import { retryDelayMs } from "../../scheduler/retry-delay-ms.ts";
import { deployedTask, finishingTask } from "../deployed-task.ts";
import type { DeploymentPlan } from "../deployer.ts";
import { type AirflowDag, airflowDag, type AirflowTask } from "./airflow-dag.ts";
import { airflowNames } from "./airflow-names.ts";
import { dagMark } from "./dag-mark.ts";
import { DAG_PRELUDE } from "./dag-prelude.ts";
import { dagSettings } from "./dag-settings.ts";
import { finishedAsset } from "./finished-asset.ts";
import type { AirflowOperator } from "./operators/airflow-operator.ts";
import { AIRFLOW_OPERATORS } from "./operators/index.ts";
import { pythonLiteral } from "./python-literal.ts";
import { pausesLine } from "./pauses-of.ts";

/** Of the last task: what it does is written once, and again without harm. */
const FINISH_DELAYS_S = [30, 120, 300];

/** The one file that makes a deployment a DAG of Airflow's. */
export function dagFile(plan: DeploymentPlan): string {
  const dag = airflowDag(plan.frame);
  const { graph } = plan;
  const used = new Set(graph.steps.map(({ name }) => operatorOf(plan, name)));
  const names = { START: graph.start, START_TASK: airflowNames.step(graph.start), END: airflowNames.step(graph.end) };
  const all = { ...names, BEGIN: airflowNames.begin, FINISH: airflowNames.finish };
  const constants = Object.entries(all).map(([name, value]) => `${name} = ${pythonLiteral(value)}\n`);
  // Kilobytes, and the same for the pods of each step.
  const command = pythonLiteral(containerCommand());
  const defined = body(plan, dag).map((line) => line.replaceAll(command, "CONTAINER_COMMAND"));
  const hasPods = defined.some((line) => line.includes("CONTAINER_COMMAND"));
  return [
    `${dagMark(plan)}\n# Deploy the flow ${ascii(graph.flow)} again instead of changing this file.\n`,
    DAG_PRELUDE,
    ...[...used].map(({ prelude }) => prelude),
    `\n\n${constants.join("")}${pausesLine([])}${hasPods ? `CONTAINER_COMMAND = ${command}\n` : ""}`,
    `\nwith DAG(\n${indented(dagSettings(plan).map((line) => `${line},`))}    user_defined_macros=TEMPLATES,\n):\n`,
    indented(defined),
  ].join("");
}

function body(plan: DeploymentPlan, { tasks, groups }: AirflowDag): string[] {
  const begin = { skip: ["begin_without_overlap()"], queue: ["begin_in_turn()"], allow: ["begin_at_once()"] };
  const [schedule] = plan.version.triggers.schedules;
  const single = tasks.filter(({ group }) => group === null).map((task) => lineOf(plan, task));
  const mapped = groups.flatMap(({ id, over }) => {
    const own = tasks.filter(({ group }) => group === id);
    const define = `define_${id.replace(/[^A-Za-z0-9_]/g, "_")}`;
    const lines = own.map((task) => `    ${lineOf(plan, task)}`);
    return ["", `def ${define}(at):`, ...lines, "", `each(${pythonLiteral(id)}, ${pythonLiteral(over)}, ${define})`];
  });
  const finish = stepCall(plan, finishingTask(plan), { engineOf: plan.graph.end });
  const links = tasks.filter(({ after }) => after.length > 0);
  return [
    ...(schedule === undefined ? [] : begin[schedule.overlap]),
    ...single,
    ...mapped,
    "",
    finish,
    "link({",
    ...links.map(({ id, after }) => `    ${pythonLiteral(id)}: ${pythonLiteral(after)},`),
    "})",
  ];
}

function lineOf(plan: DeploymentPlan, task: AirflowTask): string {
  const { id, step, does } = task;
  switch (does.kind) {
    case "step":
      return stepCall(plan, deployedTask(plan, step), { engineOf: step, task });
    case "items":
      return `items(${[id, airflowNames.step(step), does.around, task.within].map(pythonLiteral).join(", ")})`;
    case "way":
      return `way(${pythonLiteral(id)}, ${pythonLiteral(task.guard)})`;
  }
}

interface CallOptions {
  /** The step whose engine runs it. */
  readonly engineOf: string;
  /** Missing for what records the end. */
  readonly task?: AirflowTask;
}

function stepCall(plan: DeploymentPlan, deployed: ReturnType<typeof deployedTask>, of: CallOptions): string {
  const { task } = of;
  const { call, keywords } = operatorOf(plan, of.engineOf);
  const settings = plan.graph.steps.find(({ name }) => name === task?.step)?.settings;
  const said: Record<string, unknown> = {
    ...keywords(plan, { step: of.engineOf, task: deployed, isFinishing: task === undefined }),
    ...(task?.does.kind === "step" && task.does.tells !== null ? { tells: task.does.tells } : {}),
    ...(task?.step === plan.graph.end ? { tells: "run", asset: finishedAsset(plan, plan.graph.flow) } : {}),
    ...(task === undefined || task.within === "" ? {} : { within: task.within }),
    ...(task?.isMeeting === true ? { meets: true } : {}),
    ...(task === undefined || task.guard === null ? {} : { guard: task.guard }),
    ...(settings === undefined ? { delays: FINISH_DELAYS_S } : retriesOf(settings)),
    ...(settings?.concurrency === undefined ? {} : { limit: settings.concurrency.limit }),
  };
  const words = Object.entries(said).map(([name, value]) => `${name}=${pythonLiteral(value)}`);
  if (task !== undefined && task.group !== null) words.push("at=at");
  return `${call}(${[pythonLiteral(task?.id ?? airflowNames.finish), ...words].join(", ")})`;
}

function retriesOf({ retry, catchAs }: StepSettings): Record<string, unknown> {
  const delay = (attempt: number) =>
    retry === undefined ? 0 : retryDelayMs({ ...retry, jitter: false }, { attempt, random: () => 0 }) / 1000;
  const { times = 0, jitter = false, maxDelayMs = null } = retry ?? {};
  return {
    ...(times > 0 ? { delays: Array.from({ length: times }, (_, attempt) => delay(attempt)) } : {}),
    ...(jitter ? { jitter, most: maxDelayMs === null ? null : maxDelayMs / 1000 } : {}),
    ...(catchAs === undefined ? {} : { concludes: true }),
  };
}

function operatorOf(plan: DeploymentPlan, step: string): AirflowOperator {
  const engine = plan.engineOf(step);
  const found = AIRFLOW_OPERATORS.find((operator) => operator.engine === engine);
  if (found === undefined) throw brokenInvariant(`Airflow starts no tasks of ${engine}`);
  return found;
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => (line === "" ? "\n" : `    ${line}\n`)).join("");
}

function ascii(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, "?");
}
