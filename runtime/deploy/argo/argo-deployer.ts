import type { DeployedVersion, Deployer, DeploymentPlan, Installation } from "../deployer.ts";
import { ArgoCluster } from "./argo-cluster.ts";
import { argoName } from "./argo-name.ts";
import type { ArgoObject } from "./argo-object.ts";
import { argoRefusals } from "./argo-refusals.ts";
import { cronWorkflows } from "./cron-workflows.ts";
import { eventSensor } from "./event-sensor.ts";
import { queueLimit } from "./queue-limit.ts";
import { TRIGGER } from "./step-templates.ts";
import { ARGO_VERSION, labelsOf, workflowTemplate } from "./workflow-template.ts";

/** A WorkflowTemplate with what starts workflows of it: CronWorkflows for its schedules, a Sensor for its events. */
export const argoDeployer: Deployer = {
  refusals: argoRefusals,
  spec(plan) {
    const items = objectsOf(plan);
    return `${JSON.stringify({ apiVersion: "v1", kind: "List", items }, null, 2)}\n`;
  },
  install: (plan) => installed(plan),
  setPaused: (of, paused) =>
    ArgoCluster.use(
      { settings: of.settings, task: `${paused ? "pause" : "unpause"} ${of.version.deployment}` },
      (cluster) => applyStarters(cluster, { of, isPaused: paused }),
    ),
  remove: ({ version, settings }) =>
    ArgoCluster.use({ settings, task: `remove ${version.deployment}` }, async (cluster) => {
      // What starts workflows goes first; those that run keep a copy of the template.
      await cluster.deleteOthers(version.deployment, []);
      await cluster.delete({ kind: "WorkflowTemplate", name: argoName(version.deployment) });
      return [];
    }),
  trigger: (of, parameters) => started(of, parameters),
};

function objectsOf(plan: DeploymentPlan): readonly ArgoObject[] {
  const limit = queueLimit(plan);
  return [
    ...(limit === null ? [] : [limit]),
    workflowTemplate(plan).object,
    ...startersOf(plan, plan.isPaused === true),
  ];
}

/** What starts workflows. A Sensor cannot be told to pause, so there is none meanwhile. */
function startersOf(of: DeployedVersion, isPaused: boolean): readonly ArgoObject[] {
  const sensor = isPaused ? null : eventSensor(of);
  return [...cronWorkflows(of, isPaused), ...(sensor === null ? [] : [sensor])];
}

async function applyStarters(
  cluster: ArgoCluster,
  { of, isPaused }: { readonly of: DeployedVersion; readonly isPaused: boolean },
): Promise<void> {
  const starters = startersOf(of, isPaused);
  for (const object of starters) await cluster.apply(object);
  await cluster.deleteOthers(of.version.deployment, starters);
}

function installed(plan: DeploymentPlan): Promise<Installation> {
  const { name, settings } = plan;
  return ArgoCluster.use({ settings, task: `deploy ${name}` }, async (cluster) => {
    const objects = objectsOf(plan);
    await cluster.check(objects.map(({ kind }) => kind));
    const starters = startersOf(plan, plan.isPaused === true).length;
    for (const object of objects.slice(0, objects.length - starters)) await cluster.apply(object);
    await applyStarters(cluster, { of: plan, isPaused: plan.isPaused === true });
    const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    return {
      installed: { namespace: cluster.namespace, objects: names },
      lines: names.map((one) => `${one} in the namespace ${cluster.namespace}`),
    };
  });
}

function started(
  { version, settings }: DeployedVersion,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const { deployment } = version;
  const name = argoName(deployment);
  const value = JSON.stringify({ parameters });
  return ArgoCluster.use({ settings, task: `start ${deployment}` }, (cluster) =>
    cluster.create({
      apiVersion: ARGO_VERSION,
      kind: "Workflow",
      metadata: { generateName: `${name}-`, labels: labelsOf(version) },
      spec: { workflowTemplateRef: { name }, arguments: { parameters: [{ name: TRIGGER, value }] } },
    }),
  );
}
