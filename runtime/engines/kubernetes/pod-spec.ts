import { JOB_VARIABLES } from "../container/job-variables.ts";
import { gpuVariables } from "../jobs/gpu-variables.ts";
import type { StepJob } from "../jobs/job-service.ts";
import { jsonAt } from "./json-at.ts";
import { podResources, podStorage } from "./pod-resources.ts";
import { podVariables } from "./pod-variables.ts";
import type { StepPodOptions } from "./step-pod-options.ts";
import { strategicMerge } from "./strategic-merge.ts";

/** The one container of a pod of ours; `overrides` may add others. */
export const CONTAINER = "task";
/** From SIGTERM, with which the task is asked to end and then told, until SIGKILL. */
const GRACE_S = 10;
/** A backstop for the scheduler's own limit; until the container starts, its image may have to be pulled. */
const DEADLINE_MARGIN_MS = 600_000;

/** By which the cluster gives a pod what is handed over. */
const SECRET = "MILLRACE_SECRET";
/**
 * The shell writes it to stdin and becomes the command: a variable could be read under `/proc` as long as the process lives, by
 * any step of the run.
 */
const TO_STDIN = ["sh", "-c", `S=$${SECRET}; unset ${SECRET}; exec "$0" "$@" <<END\n\n$S\nEND\n`];

/** What the container of a pod does. */
export interface PodWork {
  readonly needs: StepJob;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface PodSpecOptions {
  readonly options: StepPodOptions;
  /** Name and key of what is handed over; null where there is nothing. */
  readonly handedOver: { readonly name: string; readonly key: string } | null;
}

/** A pod that is no Job's, as a template of pods has it, with what `overrides` says of `spec.template`. */
export function podTemplate(work: PodWork, options: StepPodOptions): object {
  const { labels, annotations } = options;
  const template = { metadata: { labels, annotations }, spec: podSpec(work, { options, handedOver: null }) };
  const job = strategicMerge({ spec: { template } }, options.overrides);
  return jsonAt(job, "spec", "template") as object;
}

/** The pod of one task. Whoever makes it a part of something else lays `overrides` over that. */
export function podSpec(
  { needs, command, env }: PodWork,
  { options, handedOver }: PodSpecOptions,
): Readonly<Record<string, unknown>> {
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
