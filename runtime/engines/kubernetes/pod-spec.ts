import { JOB_VARIABLES } from "../container/job-variables.ts";
import type { StepJob } from "../jobs/job-service.ts";
import { jsonAt } from "./json-at.ts";
import { podParts } from "./pod-parts.ts";
import type { StepPodOptions } from "./step-pod-options.ts";
import { strategicMerge } from "./strategic-merge.ts";

/** The one container of a pod of ours; `overrides` may add others. */
export const CONTAINER = "task";
/** From SIGTERM, with which the task is asked to end and then told, until SIGKILL. */
const GRACE_S = 10;

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
  const { serviceAccount, imagePullSecrets } = options;
  const { pod, container } = podParts(needs, { options, env });
  return {
    restartPolicy: "Never",
    terminationGracePeriodSeconds: GRACE_S,
    ...pod,
    // Only a task whose step names an account is meant to talk to the cluster.
    automountServiceAccountToken: serviceAccount !== null,
    enableServiceLinks: false,
    ...(imagePullSecrets.length === 0 ? {} : { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) }),
    containers: [
      {
        name: CONTAINER,
        image: needs.image,
        // Nothing of the image may stand before our command.
        command: handedOver === null ? [...command] : [...TO_STDIN, ...command],
        ...container,
        env: [
          ...container.env,
          ...(handedOver === null
            ? []
            : [
                { name: JOB_VARIABLES.handedOver, value: "stdin" },
                { name: SECRET, valueFrom: { secretKeyRef: handedOver } },
              ]),
        ],
      },
    ],
  };
}
