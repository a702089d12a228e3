import type { StepJob } from "../../engines/jobs/job-service.ts";
import { KUBERNETES_SETTINGS } from "../../engines/kubernetes/kubernetes-settings.ts";
import { stepPodOptions, type StepPodOptions } from "../../engines/kubernetes/step-pod-options.ts";
import { kubernetesSecretFolder } from "../../secrets/providers/kubernetes.ts";
import type { DeploymentPlan } from "../deployer.ts";

/** With the Secrets of the cluster that `@secrets` of the step names, at the places where its tasks look for them. */
export function podOptionsOf({ release, settings }: DeploymentPlan, needs: StepJob): StepPodOptions {
  const options = stepPodOptions(needs, settings.engine(KUBERNETES_SETTINGS));
  const sources = release.secrets[needs.step] ?? [];
  const names = new Set(sources.flatMap((source) => (source.type === "kubernetes" ? source.name : [])));
  const brought = [...names].map((name) => ({ name, path: kubernetesSecretFolder(name) }));
  return { ...options, secrets: [...options.secrets, ...brought] };
}
