import type { StepNode } from "../../graph/flow-graph.ts";
import type { DeploymentPlan, TargetRefusal } from "../deployer.ts";
import { scheduleExpressions } from "./schedule-expressions.ts";

/** Names of executions have at most 80 characters; a run's id takes 24 of them. */
const LONGEST_FLOW = 80 - "finish--".length - 24;
/** What each child gives is one digit and a comma: of more, the list would be longer than 256 KB. */
const MOST_CHILDREN = 100_000;

/** What Step Functions with AWS Batch cannot do as the flow says it. */
export function targetRefusals(plan: DeploymentPlan): readonly TargetRefusal[] {
  const steps = plan.graph.steps.flatMap((node) =>
    stepFaults(plan, node).map((reason) => ({ step: node.name, reason })),
  );
  const whole = [...triggerFaults(plan), ...flowFaults(plan)].map((reason) => ({ step: null, reason }));
  return [...steps, ...whole];
}

function stepFaults(plan: DeploymentPlan, { name, settings, splits }: StepNode): string[] {
  const faults: string[] = [];
  const { concurrency, retry, engine } = settings;
  const runsOn = plan.engineOf(name);
  if (runsOn !== "batch") faults.push(`it runs on ${runsOn}: Step Functions starts jobs of AWS Batch`);
  else if (engine?.options["overrides"] !== undefined)
    faults.push("@batch({ overrides }): Step Functions writes the request");
  if (retry !== undefined && retry.backoff < 1)
    faults.push(`@retry({ backoff: ${retry.backoff} }): waits cannot become shorter`);
  if (concurrency !== undefined && splits.length > 0) {
    const { limit, key } = concurrency;
    const loops = splits.filter((step) => isLoop(plan, step));
    if (key !== null) faults.push(`@concurrency({ limit: ${limit}, key }): steps cannot share a limit`);
    else if (loops.length > 1)
      faults.push(
        `@concurrency({ limit: ${limit} }) within ${loops.length} splits: each child would have the limit for itself`,
      );
  }
  return faults;
}

function isLoop({ graph }: DeploymentPlan, step: string): boolean {
  const kind = graph.steps.find(({ name }) => name === step)?.transition.kind;
  return kind === "foreach" || kind === "gang";
}

function triggerFaults({ version: { triggers, time } }: DeploymentPlan): string[] {
  const ofSchedules = triggers.schedules.flatMap((rule) => {
    const { cron, timezone, overlap } = rule;
    const expressions = scheduleExpressions(rule, time);
    return [
      ...(typeof expressions === "string"
        ? [`@schedule({ cron: "${cron}", timezone: "${timezone}" }): ${expressions}`]
        : []),
      ...(overlap === "queue"
        ? ['@schedule({ overlap: "queue" }): nothing keeps instants for later; skip or allow']
        : []),
    ];
  });
  const ofEvents = triggers.events.flatMap(({ events, policy }) => [
    ...(events.length > 1
      ? [`@trigger({ events: [${events.join(", ")}] }): EventBridge waits for no second event`]
      : []),
    ...(policy === "batch" ? ['@trigger({ policy: "batch" }): EventBridge tells of each event'] : []),
  ]);
  const ofFinishes = triggers.finishes
    .filter(({ flow }) => flow.length > LONGEST_FLOW)
    .map(({ flow }) => `@triggerOnFinish({ flow: "${flow}" }): a name of more than ${LONGEST_FLOW} characters`);
  return [...ofSchedules, ...ofEvents, ...ofFinishes];
}

function flowFaults({ version: { queue, options } }: DeploymentPlan): string[] {
  return [
    ...(queue === null ? [] : [`@queue({ name: "${queue.name}" }): AWS Batch has queues and priorities of its own`]),
    ...(options.maxWorkers === null
      ? []
      : ["--max-workers: Step Functions counts no tasks of a run; use @concurrency"]),
    ...(options.maxSplits > MOST_CHILDREN ? [`--max-num-splits ${options.maxSplits}: at most ${MOST_CHILDREN}`] : []),
  ];
}
