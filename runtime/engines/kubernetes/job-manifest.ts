import { JOB_VARIABLES } from "../container/job-variables.ts";
import { gpuVariables } from "../jobs/gpu-variables.ts";
import type { JobGroup } from "../jobs/job-service.ts";
import { objectLabels, objectName, OBJECT_ANNOTATIONS } from "./object-name.ts";
import { podVariables } from "./pod-variables.ts";
import { podResources, podStorage } from "./pod-resources.ts";
import type { StepPodOptions } from "./step-pod-options.ts";
import { strategicMerge } from "./strategic-merge.ts";

/** The one container of a pod of ours; `overrides` may add others. */
export const CONTAINER = "task";
/** From SIGTERM, with which the task is asked to end and then told, until SIGKILL. */
const GRACE_S = 10;
/** A backstop for the scheduler's own limit; until the container starts, its image may have to be pulled. */
const DEADLINE_MARGIN_MS = 600_000;
/** Of a Job that its launcher could not delete. */
const KEPT_S = 24 * 3600;

/** By which the cluster gives a pod what is handed over. */
const SECRET = "MILLRACE_SECRET";
/**
 * The shell writes it to stdin and becomes the command: a variable could be read under `/proc` as long as the process lives, by
 * any step of the run.
 */
const TO_STDIN = ["sh", "-c", `S=$${SECRET}; unset ${SECRET}; exec "$0" "$@" <<END\n\n$S\nEND\n`];

export interface ManifestPlace {
  readonly namespace: string;
  readonly options: StepPodOptions;
  /** Name and key of what is handed over; null where there is nothing. */
  readonly handedOver: { readonly name: string; readonly key: string } | null;
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
      template: { metadata: { labels, annotations: options.annotations }, spec: podOf(group, { options, handedOver }) },
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

function podOf(group: JobGroup, { options, handedOver }: Pick<ManifestPlace, "options" | "handedOver">): object {
  const { needs, command, env } = group;
  const { serviceAccount, imagePullPolicy, imagePullSecrets, priorityClass, nodeSelector, tolerations } = options;
  const { volumes, mounts } = podStorage(needs, options);
  const variables = { HOME: "/tmp", ...gpuVariables(needs.gpu), ...env };
  const files = options.secrets.filter(({ path }) => path === null);
  return {
    restartPolicy: "Never",
    terminationGracePeriodSeconds: GRACE_S,
    // On the pod: a Job that is too late has its pods deleted, and with them what they say.
    ...(needs.timeoutMs === null
      ? {}
      : { activeDeadlineSeconds: Math.ceil((needs.timeoutMs + DEADLINE_MARGIN_MS) / 1000) }),
    ...(serviceAccount === null ? {} : { serviceAccountName: serviceAccount }),
    // Only a task whose step names an account is meant to talk to the cluster.
    automountServiceAccountToken: serviceAccount !== null,
    enableServiceLinks: false,
    ...(Object.keys(nodeSelector).length === 0 ? {} : { nodeSelector }),
    ...(tolerations.length === 0 ? {} : { tolerations }),
    ...(imagePullSecrets.length === 0 ? {} : { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) }),
    ...(priorityClass === null ? {} : { priorityClassName: priorityClass }),
    ...(volumes.length === 0 ? {} : { volumes }),
    containers: [
      {
        name: CONTAINER,
        image: needs.image,
        ...(imagePullPolicy === null ? {} : { imagePullPolicy }),
        // Nothing of the image may stand before our command.
        command: handedOver === null ? [...command] : [...TO_STDIN, ...command],
        env: [
          ...podVariables(variables),
          ...(handedOver === null
            ? []
            : [
                { name: JOB_VARIABLES.handedOver, value: "stdin" },
                { name: SECRET, valueFrom: { secretKeyRef: handedOver } },
              ]),
        ],
        ...(files.length === 0 ? {} : { envFrom: files.map(({ name }) => ({ secretRef: { name } })) }),
        resources: podResources(needs, options),
        ...(mounts.length === 0 ? {} : { volumeMounts: mounts }),
      },
    ],
  };
}
