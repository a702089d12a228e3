import type { JobGroup } from "../jobs/job-service.ts";
import { objectLabels, objectName, OBJECT_ANNOTATIONS } from "./object-name.ts";
import { podSpec, type PodSpecOptions } from "./pod-spec.ts";
import { strategicMerge } from "./strategic-merge.ts";

/** Of a Job that its launcher could not delete. */
const KEPT_S = 24 * 3600;

export interface ManifestPlace extends PodSpecOptions {
  readonly namespace: string;
}

/** The Job of a group: an index for each task, none of which is tried again. */
export function jobManifest(group: JobGroup, { namespace, options, handedOver }: ManifestPlace): object {
  const { name, tasks } = group;
  const labels = { ...options.labels, ...objectLabels(group) };
  const annotations = { ...options.annotations, ...annotationsOf(group) };
  const count = tasks.length;
  const job = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: objectName(name), namespace, labels, annotations },
    spec: {
      completionMode: "Indexed",
      completions: count,
      parallelism: count,
      // A further attempt is a job of its own: the scheduler counts and delays them.
      ...(count === 1 ? { backoffLimit: 0 } : { backoffLimitPerIndex: 0 }),
      podReplacementPolicy: "Failed",
      ttlSecondsAfterFinished: KEPT_S,
      template: {
        metadata: { labels, annotations: options.annotations },
        spec: podSpec(group, { options, handedOver }),
      },
    },
  };
  return strategicMerge(job, options.overrides) as object;
}

function annotationsOf({ name, run, user, needs, tasks }: JobGroup): Record<string, string> {
  const [first] = tasks;
  const task = tasks.length === 1 && first !== undefined ? { [OBJECT_ANNOTATIONS.task]: String(first.task) } : {};
  return {
    [OBJECT_ANNOTATIONS.group]: name,
    [OBJECT_ANNOTATIONS.flow]: run.flow,
    [OBJECT_ANNOTATIONS.run]: run.run,
    [OBJECT_ANNOTATIONS.step]: needs.step,
    [OBJECT_ANNOTATIONS.user]: user,
    ...task,
  };
}
