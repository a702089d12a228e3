import { KUBERNETES_SETTINGS } from "../../engines/kubernetes/kubernetes-settings.ts";
import type { StepNode } from "../../graph/flow-graph.ts";
import { stepJobs } from "../../launch/engines/step-jobs.ts";
import type { DeploymentPlan, TargetRefusal } from "../deployer.ts";
import { podOptionsOf } from "../pods/pod-options-of.ts";
import { podReasons } from "../pods/pod-reasons.ts";
import { timeOfTwoMeanings } from "../triggers/time-of-two-meanings.ts";
import { hasArgoTag } from "./has-argo-tag.ts";
import { deployedTask } from "../deployed-task.ts";
import { scheduleGroups } from "./cron-workflows.ts";
import { canDelayGrow } from "./retry-strategy.ts";
import { workflowTemplate } from "./workflow-template.ts";

const ENGINE = "kubernetes";
/** Argo's controller gives up where templates call each other more deeply; the rest is for rounds of loops. */
const MAX_DEPTH = 90;
/** What etcd takes of one object, which holds the workflow and all that Argo knows of its tasks. */
const MAX_BYTES = 700_000;

/** Why Argo cannot run the flow as it is. */
export function argoRefusals(plan: DeploymentPlan): readonly TargetRefusal[] {
  const { graph } = plan;
  const ofSteps = graph.steps.flatMap((node) => reasonsOf(plan, node).map((reason) => ({ step: node.name, reason })));
  const ofFlow = [...scheduleReasons(plan), ...eventReasons(plan)];
  const all = [...ofSteps, ...ofFlow.map((reason) => ({ step: null, reason }))];
  return all.length > 0 ? all : sizeReasons(plan).map((reason) => ({ step: null, reason }));
}

function reasonsOf(plan: DeploymentPlan, node: StepNode): readonly string[] {
  const { name, transition, settings } = node;
  const engine = plan.engineOf(name);
  if (engine !== ENGINE) return [`it runs on the engine ${engine}, and Argo starts pods alone`];
  const { retry, concurrency } = settings;
  return [
    ...(transition.kind === "gang" && plan.version.options.maxWorkers !== null
      ? [
          "the tasks of its gang wait for each other, and Argo may start some of them alone where --max-workers limits it",
        ]
      : []),
    ...(transition.kind === "switch" ? Object.keys(transition.cases).flatMap(caseReason) : []),
    ...(retry !== undefined && !canDelayGrow(retry)
      ? [`the delays of @retry grow by ${retry.backoff}, and those of Argo only by whole numbers`]
      : []),
    ...(concurrency !== undefined && concurrency.limit > 1
      ? [`@concurrency limits it to ${concurrency.limit} tasks at once, and Argo can only let them work one by one`]
      : []),
    ...podReasons(plan, { step: name, target: "Argo" }),
    ...workflowReasons(plan, name),
  ];
}

/** Cases stand in expressions of Argo's, as text. */
function caseReason(name: string): readonly string[] {
  return /^[\w .:/+-]*$/.test(name)
    ? []
    : [`its case ${JSON.stringify(name)} cannot be written in a condition of Argo`];
}

function workflowReasons(plan: DeploymentPlan, step: string): readonly string[] {
  const { settings, graph } = plan;
  const [job] = stepJobs(graph, step, settings);
  const options = podOptionsOf(plan, job);
  return [
    ...(hasArgoTag([job.image, options, deployedTask(plan, step).env])
      ? ["its image, options of @kubernetes or variables hold {{, which Argo takes for a tag of its own"]
      : []),
    ...(options.namespace === settings.engine(KUBERNETES_SETTINGS).namespace
      ? []
      : [`its namespace is ${options.namespace ?? ""}, and a workflow has one for all pods`]),
  ];
}

function scheduleReasons({ version }: DeploymentPlan): readonly string[] {
  const { schedules } = version.triggers;
  const groups = scheduleGroups(schedules);
  return [
    ...schedules.flatMap((rule) => {
      const { cron, timezone, catchUp } = rule;
      const twice = timeOfTwoMeanings(rule, version.time);
      return [
        ...(catchUp === "all" ? [`@schedule ${cron} catches up on all it missed, and Argo on the last one alone`] : []),
        ...(twice === null
          ? []
          : [
              `@schedule ${cron} falls on ${twice}, which clocks in ${timezone} show twice or never: Argo would fire twice, or not at all; choose another hour, or UTC`,
            ]),
      ];
    }),
    ...(groups.length > 1 && schedules.some(({ overlap }) => overlap === "skip")
      ? [
          "its schedules have several time zones or rules, and Argo skips an overlap only among those that have them in common",
        ]
      : []),
  ];
}

function eventReasons({ version }: DeploymentPlan): readonly string[] {
  const { events, finishes } = version.triggers;
  return [
    ...events.flatMap(({ events: names, policy, parameters }) => [
      ...(policy === "batch"
        ? [`@trigger of ${names.join(", ")} makes batches, and Argo starts a workflow for each event`]
        : []),
      ...(names.length > 1 && Object.keys(parameters).length > 0
        ? [
            `@trigger takes parameters of several events, ${names.join(" and ")}: which of them gives a value is not certain on Argo`,
          ]
        : []),
    ]),
    ...finishes.map(
      ({ flow }) => `@triggerOnFinish of ${flow}: nothing on Argo tells which run of it ended; deploy both to local`,
    ),
  ];
}

function sizeReasons(plan: DeploymentPlan): readonly string[] {
  const { object, depth } = workflowTemplate(plan);
  const bytes = Buffer.byteLength(JSON.stringify(object));
  return [
    ...(depth > MAX_DEPTH
      ? [
          `its splits, loops and switches nest ${depth} templates, and Argo's controller allows no more than ${MAX_DEPTH}`,
        ]
      : []),
    ...(bytes > MAX_BYTES
      ? [`its workflow takes ${bytes} bytes, and a cluster no more than ${MAX_BYTES} for one object`]
      : []),
  ];
}
