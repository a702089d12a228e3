import type { DeployedVersion } from "../deployer.ts";
import { argoName } from "./argo-name.ts";
import { type ArgoObject, OWNER_ANNOTATIONS } from "./argo-object.ts";

const KEY = "slots";

/**
 * How many workflows of the deployment's queue go on at once, where the settings say so: an object that all deployments of the
 * queue share. Argo counts by it, and lets those that wait in by their priority, then by their age.
 */
export function queueLimit({ version, settings, store }: DeployedVersion): ArgoObject | null {
  const { queue } = version;
  const setting = queue === null ? undefined : settings.queues()[queue.name];
  if (queue === null || setting === undefined) return null;
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: `millrace-queue-${argoName(queue.name, store)}`,
      labels: {},
      annotations: { [OWNER_ANNOTATIONS.queue]: queue.name, [OWNER_ANNOTATIONS.datastore]: store.storage.location },
    },
    data: { [KEY]: String(setting.slots) },
  };
}

/** What a workflow says of it. */
export function queueSemaphore(limit: ArgoObject): object {
  return { semaphores: [{ configMapKeyRef: { name: limit.metadata.name, key: KEY } }] };
}
