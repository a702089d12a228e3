import { labelValue } from "../../engines/kubernetes/object-name.ts";
import { KUBERNETES_SETTINGS } from "../../engines/kubernetes/kubernetes-settings.ts";
import type { DeploymentVersion } from "../../datastore/kinds/deployment.ts";
import type { DeployedVersion, DeploymentPlan } from "../deployer.ts";
import { argoName, DistinctNames } from "./argo-name.ts";
import { type ArgoObject, OWNER_ANNOTATIONS } from "./argo-object.ts";
import type { ArgoTemplate } from "./argo-template.ts";
import { commonDefaults } from "./common-defaults.ts";
import { FrameTemplates } from "./frame-templates.ts";
import { queueLimit, queueSemaphore } from "./queue-limit.ts";
import { finishTemplate, TRIGGER } from "./step-templates.ts";

export const ARGO_VERSION = "argoproj.io/v1alpha1";
/** Pods at once where the user sets no limit. */
const PARALLELISM = 200;
/** From SIGTERM until SIGKILL. */
const GRACE_S = 10;
/** What a run left is in the datastore; Argo's own account of it goes after a week. */
const KEPT_S = 7 * 24 * 3600;

/** By which everything of a deployment is found. */
export const DEPLOYMENT_LABEL = OWNER_ANNOTATIONS.deployment;

/** The flow as a WorkflowTemplate, with how deep its templates call each other. */
export function workflowTemplate(plan: DeploymentPlan): { readonly object: ArgoObject; readonly depth: number } {
  const names = new DistinctNames();
  const { entry, all, depth } = new FrameTemplates(plan, names).flow();
  const finish = finishTemplate(plan, names);
  const { queue, options } = plan.version;
  const limit = queueLimit(plan);
  // Some tasks of a gang would wait for the others in places that those need.
  const hasGang = plan.graph.steps.some(({ transition }) => transition.kind === "gang");
  const { defaults, templates } = commonDefaults([...all, finish]);
  const object: ArgoObject = {
    apiVersion: ARGO_VERSION,
    kind: "WorkflowTemplate",
    metadata: metadataOf(plan),
    spec: {
      entrypoint: entry,
      onExit: finish.name,
      arguments: { parameters: [{ name: TRIGGER, value: "{}" }] },
      ...(hasGang ? {} : { parallelism: options.maxWorkers ?? PARALLELISM }),
      ...(queue === null ? {} : { priority: queue.priority }),
      ...(limit === null ? {} : { synchronization: queueSemaphore(limit) }),
      workflowMetadata: { labels: labelsOf(plan.version) },
      podMetadata: { labels: labelsOf(plan.version) },
      podSpecPatch: JSON.stringify({ terminationGracePeriodSeconds: GRACE_S, enableServiceLinks: false }),
      podGC: { strategy: "OnPodSuccess" },
      ttlStrategy: { secondsAfterCompletion: KEPT_S },
      templateDefaults: defaults,
      templates: templates satisfies readonly ArgoTemplate[],
    },
  };
  return { object, depth };
}

export function metadataOf(
  { version: of, settings, store }: DeployedVersion,
  name = argoName(of.deployment, store),
): ArgoObject["metadata"] {
  const { namespace } = settings.engine(KUBERNETES_SETTINGS);
  const { deployment, version, flow, username } = of;
  return {
    name,
    ...(namespace === null ? {} : { namespace }),
    labels: labelsOf(of),
    annotations: {
      [OWNER_ANNOTATIONS.deployment]: deployment,
      [OWNER_ANNOTATIONS.datastore]: store.storage.location,
      "millrace.version": String(version),
      "millrace.flow": flow,
      "millrace.user": username,
    },
  };
}

export function labelsOf({ deployment, flow }: DeploymentVersion): Readonly<Record<string, string>> {
  return { [DEPLOYMENT_LABEL]: labelValue(deployment), "millrace.flow": labelValue(flow) };
}
