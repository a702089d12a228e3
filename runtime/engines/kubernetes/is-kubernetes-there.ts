import fs from "node:fs";
import path from "node:path";
import type { JobsRequest } from "../engine-jobs.ts";
import { KUBERNETES_SETTINGS } from "./kubernetes-settings.ts";

/** Whether anything here says that a cluster is used. */
export function isKubernetesThere({ place, settings }: JobsRequest): boolean {
  const { namespace, context } = settings.engine(KUBERNETES_SETTINGS);
  const { KUBECONFIG, KUBERNETES_SERVICE_HOST, HOME } = settings.env;
  if ([place, namespace, context, KUBECONFIG, KUBERNETES_SERVICE_HOST].some((said) => said != null && said !== ""))
    return true;
  return HOME !== undefined && fs.existsSync(path.join(HOME, ".kube/config"));
}
