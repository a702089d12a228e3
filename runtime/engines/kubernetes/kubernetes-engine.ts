import type { Engine, ServiceOptions } from "../engine.ts";
import type { JobListener } from "../jobs/job-service.ts";
import { isKubernetesThere } from "./is-kubernetes-there.ts";
import { KUBERNETES_SETTINGS } from "./kubernetes-settings.ts";
import { reachStore } from "./reach-store.ts";

/** Indexed Jobs on a Kubernetes cluster. */
export const kubernetesEngine: Engine = {
  name: "kubernetes",
  where: "on Kubernetes",
  indexVariables: ["JOB_COMPLETION_INDEX"],
  settings: KUBERNETES_SETTINGS,
  secrets: { kind: "handed-over", brings: ["kubernetes"] },
  jobs: {
    place: { option: "namespace", help: "the Kubernetes namespace (default: that of the settings or of the context)" },
    logKeeper: "Kubernetes",
    isSetUp: isKubernetesThere,
    async open({ place, settings }) {
      const { namespace, context } = settings.engine(KUBERNETES_SETTINGS);
      const { KubernetesJobs } = await import("./kubernetes-jobs.ts");
      return new KubernetesJobs({ namespace: place ?? namespace, context });
    },
  },
  reach: reachStore,
  computesHere: () => false,
  endingOf: ({ run, programName }) => `${programName} jobs kill --engine kubernetes --run ${run}`,
  service,
  scheduler: {
    options: [
      ...["namespace", "serviceAccount", "nodeSelector", "tolerations", "labels", "annotations", "volumes"],
      ...["imagePullSecrets", "imagePullPolicy", "priorityClass"],
    ],
    // Its pod has no contexts, but the account by which it may start others.
    reach: (of) => ({ ...reachStore(of), [KUBERNETES_SETTINGS.context.variable]: "" }),
    service,
  },
};

async function service({ secrets, ...place }: ServiceOptions) {
  const { openKubernetes } = await import("./open-kubernetes.ts");
  const settings = place.settings.engine(KUBERNETES_SETTINGS);
  const { folder } = place.storage;
  const storeFolder = folder === null ? null : (settings.datastore ?? folder);
  return (listener: JobListener) => openKubernetes(listener, { settings, secrets, storeFolder });
}
