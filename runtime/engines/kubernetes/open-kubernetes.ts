import type { JobListener, JobService } from "../jobs/job-service.ts";
import { openPolled } from "../jobs/polling/open-polled.ts";
import { KubernetesApi, type KubernetesApiOptions } from "./kubernetes-api.ts";

/** Runs jobs on Kubernetes. */
export function openKubernetes(listener: JobListener, options: KubernetesApiOptions): JobService {
  return openPolled({ name: "kubernetes", api: new KubernetesApi(options), listener });
}
