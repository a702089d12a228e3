import type { EngineSettingTable } from "../engine.ts";

export const KUBERNETES_SETTINGS = {
  context: { variable: "MILLRACE_KUBERNETES_CONTEXT", key: "kubernetesContext" },
  namespace: { variable: "MILLRACE_KUBERNETES_NAMESPACE", key: "kubernetesNamespace" },
  serviceAccount: { variable: "MILLRACE_KUBERNETES_SERVICE_ACCOUNT", key: "kubernetesServiceAccount" },
  /** One volume for every pod, written as in `@kubernetes({ volumes })`. */
  volume: { variable: "MILLRACE_KUBERNETES_VOLUME", key: "kubernetesVolume" },
  /** Where pods find the datastore, if that is a folder that has another path here. */
  datastore: { variable: "MILLRACE_KUBERNETES_DATASTORE", key: "kubernetesDatastore" },
} as const satisfies EngineSettingTable;

/** What holds for all steps that say nothing else. */
export type KubernetesSettings = Readonly<Record<keyof typeof KUBERNETES_SETTINGS, string | null>>;
