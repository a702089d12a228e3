import { kubernetesSecretFolder } from "../../secrets/providers/kubernetes.ts";
import type { RunSecrets } from "../../secrets/run-secrets.ts";
import type { PodSecret } from "./step-pod-options.ts";

/** The Secrets of the cluster that a step's `@secrets` names, at the places where its tasks look for them. */
export function broughtSecrets({ readByTask }: RunSecrets, step: string): readonly PodSecret[] {
  const names = (readByTask.get(step) ?? []).flatMap(({ source }) => (source.type === "kubernetes" ? source.name : []));
  return [...new Set(names)].map((name) => ({ name, path: kubernetesSecretFolder(name) }));
}
