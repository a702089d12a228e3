import type { DeployedVersion, Deployer, DeploymentPlan, Installation } from "../deployer.ts";
import { ArgoCluster, namespaceOf } from "./argo-cluster.ts";
import { argoName } from "./argo-name.ts";
import type { ArgoObject } from "./argo-object.ts";
import { argoRefusals } from "./argo-refusals.ts";
import { argoJson } from "./argo-json.ts";
import { cronWorkflows } from "./cron-workflows.ts";
import { eventSensor } from "./event-sensor.ts";
import { queueLimit } from "./queue-limit.ts";
import { TRIGGER } from "./step-templates.ts";
import { ARGO_VERSION, labelsOf, metadataOf, workflowTemplate } from "./workflow-template.ts";

/** A WorkflowTemplate with what starts workflows of it: CronWorkflows for its schedules, a Sensor for its events. */
export const argoDeployer: Deployer = {
  refusals: argoRefusals,
  spec(plan) {
    const items = objectsOf(plan);
    return `${JSON.stringify({ apiVersion: "v1", kind: "List", items }, null, 2)}\n`;
  },
  install: (plan) => installed(plan),
  setPaused: (of, paused) =>
    ArgoCluster.use(placeOf(of, `${paused ? "pause" : "unpause"} ${of.version.deployment}`), (cluster) =>
      applyStarters(cluster, { of, isPaused: paused, isUnpaused: !paused }),
    ),
  remove: (of) =>
    ArgoCluster.use(placeOf(of, `remove ${of.version.deployment}`), async (cluster) => {
      // Workflows that go on keep a copy of the template.
      await cluster.deleteOthers(ownerOf(of), []);
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

interface StartersOptions {
  readonly of: DeployedVersion;
  readonly isPaused: boolean;
  /** It was paused until now. */
  readonly isUnpaused: boolean;
}

async function applyStarters(cluster: ArgoCluster, { of, isPaused, isUnpaused }: StartersOptions): Promise<void> {
  const starters = startersOf(of, isPaused);
  // Argo would make up for the last instant of the pause, were not all of them settled before it goes on.
  const crons = isUnpaused ? cronWorkflows(of, true) : [];
  for (const object of crons) {
    await cluster.apply(object);
    await cluster.mergeStatus(object, { lastScheduledTime: new Date().toISOString() });
  }
  for (const object of starters) await cluster.apply(object);
  await cluster.deleteOthers(ownerOf(of), [ownerOf(of), ...starters]);
}

/** The one object that every deployment has: by it is known what else belongs to it. */
function ownerOf(of: DeployedVersion): ArgoObject {
  return { apiVersion: ARGO_VERSION, kind: "WorkflowTemplate", metadata: metadataOf(of) };
}

function placeOf({ settings, version }: DeployedVersion, task: string) {
  return { settings, task, installed: version.installed };
}

function installed(plan: DeploymentPlan): Promise<Installation> {
  const { name, settings, before } = plan;
  const isPaused = plan.isPaused === true;
  return ArgoCluster.use({ settings, task: `deploy ${name}` }, async (cluster) => {
    const objects = objectsOf(plan);
    await cluster.check(objects.map(({ kind }) => kind));
    const starters = startersOf(plan, isPaused).length;
    for (const object of objects.slice(0, objects.length - starters)) await cluster.apply(object);
    await applyStarters(cluster, { of: plan, isPaused, isUnpaused: false });
    const earlier = namespaceOf(before);
    if (earlier !== null && earlier !== cluster.namespace)
      await cluster.within(earlier).deleteOthers(ownerOf(plan), []);
    const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    return {
      installed: { namespace: cluster.namespace, objects: names },
      lines: names.map((one) => `${one} in the namespace ${cluster.namespace}`),
    };
  });
}

function started(of: DeployedVersion, parameters: Readonly<Record<string, string>>): Promise<string> {
  const { version, store } = of;
  const { deployment } = version;
  const name = argoName(deployment, store);
  const value = argoJson({ parameters });
  return ArgoCluster.use(placeOf(of, `start ${deployment}`), (cluster) =>
    cluster.create({
      apiVersion: ARGO_VERSION,
      kind: "Workflow",
      metadata: { generateName: `${name}-`, labels: labelsOf(version) },
      spec: { workflowTemplateRef: { name }, arguments: { parameters: [{ name: TRIGGER, value }] } },
    }),
  );
}
