import { listOf } from "../../text/list-of.ts";
import { deployedTask } from "../deployed-task.ts";
import type { DeploymentPlan, TargetRefusal } from "../deployer.ts";
import { backSteps } from "../frames/back-steps.ts";
import type { Frame, FrameStep } from "../frames/frame.ts";
import { timeOfTwoMeanings } from "../triggers/time-of-two-meanings.ts";
import { AIRFLOW_OPERATORS } from "./operators/index.ts";
import { segmentsOf } from "./segments.ts";

/** What Airflow cannot do as the flow means it. */
export function airflowRefusals(plan: DeploymentPlan): TargetRefusal[] {
  return [
    ...refusedTriggers(plan),
    ...refusedShapes(plan.frame, null),
    ...refusedLimits(plan),
    ...plan.graph.steps.flatMap(({ name }) => refusedEngine(plan, name)),
  ];
}

function refusedTriggers({ version: { triggers, queue, time } }: DeploymentPlan): TargetRefusal[] {
  const { schedules, events } = triggers;
  const differ = (key: "timezone" | "catchUp" | "overlap") => new Set(schedules.map((rule) => rule[key])).size > 1;
  const reasons = [
    events.length > 0 ? "Airflow does not hear of events that are published in the datastore: @trigger" : null,
    differ("timezone") || differ("catchUp") || differ("overlap")
      ? "schedules of one DAG have the same time zone, catchUp and overlap"
      : null,
    schedules.some(({ catchUp }) => catchUp === "none")
      ? 'Airflow starts the last instant that it missed: catchUp "none" would need it not to; "last" does that'
      : null,
    ...schedules.map((rule) => {
      const twice = timeOfTwoMeanings(rule, time);
      return twice === null
        ? null
        : `@schedule ${rule.cron} falls on ${twice}, which clocks in ${rule.timezone} show twice or never: Airflow fires at the second one, or an hour late; choose another hour, or UTC`;
    }),
    queue !== null && queue.priority < 1 ? "priorities of Airflow are whole numbers from 1" : null,
  ];
  return reasons.flatMap((reason) => (reason === null ? [] : [{ step: null, reason }]));
}

/** @param each - the foreach of whose body the frame is a part; null at the top */
function refusedShapes(frame: Frame, each: string | null): TargetRefusal[] {
  const loops = backSteps(frame).map((step) => ({
    step,
    reason: "a DAG of Airflow's has no loops, and this leads back",
  }));
  return [...loops, ...frame.steps.flatMap((step) => refusedStep(step, each))];
}

function refusedStep({ step, goes }: FrameStep, each: string | null): TargetRefusal[] {
  if (goes.kind !== "split") return [];
  if (goes.split === "gang") return [{ step, reason: "Airflow starts no gangs: tasks that wait for each other" }];
  if (goes.split === "branch") return goes.bodies.flatMap((body) => refusedShapes(body, each));
  return goes.bodies.flatMap((body) => {
    const uncertain = segmentsOf(body).uncertain.map((join) => ({
      step: join,
      reason: `Airflow maps nothing within a mapped group, and so cannot tell which children of ${step} get there: a foreach in one case of a switch, within a foreach`,
    }));
    return [...uncertain, ...refusedShapes(body, step)];
  });
}

/** Airflow limits the tasks of one name; more than that only by pools, which its own administrators make. */
function refusedLimits({ graph }: DeploymentPlan): TargetRefusal[] {
  const keys = new Map<string, string[]>();
  for (const { name, settings } of graph.steps)
    if (settings.concurrency?.key != null)
      keys.set(settings.concurrency.key, [...(keys.get(settings.concurrency.key) ?? []), name]);
  return [...keys].flatMap(([key, steps]) =>
    steps.length < 2
      ? []
      : [
          {
            step: steps[0] ?? null,
            reason: `Airflow has no limit that steps share: @concurrency with the key ${key} is on ${listOf(steps)}`,
          },
        ],
  );
}

function refusedEngine(plan: DeploymentPlan, step: string): TargetRefusal[] {
  const engine = plan.engineOf(step);
  const operator = AIRFLOW_OPERATORS.find((one) => one.engine === engine);
  const known = listOf(AIRFLOW_OPERATORS.map((one) => one.engine));
  if (operator === undefined) return [{ step, reason: `Airflow starts tasks on ${known}, not on ${engine}` }];
  return operator.refusals(plan, deployedTask(plan, step)).map((reason) => ({ step, reason }));
}
