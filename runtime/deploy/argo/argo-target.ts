import type { DeployTarget } from "../deployer.ts";
import { ARGO_SETTINGS } from "./argo-settings.ts";

/** Argo Workflows, on a Kubernetes cluster: each task is a pod. */
export const argoTarget: DeployTarget = {
  name: "argo",
  where: "to Argo Workflows",
  title: "run by Argo Workflows on a Kubernetes cluster, a pod for each task",
  settings: ARGO_SETTINGS,
  engine: "kubernetes",
  starts: "execution",
  load: async () => (await import("./argo-deployer.ts")).argoDeployer,
};
