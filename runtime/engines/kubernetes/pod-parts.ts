import { gpuVariables } from "../jobs/gpu-variables.ts";
import type { StepJob } from "../jobs/job-service.ts";
import { podResources, podStorage } from "./pod-resources.ts";
import { podVariables } from "./pod-variables.ts";
import type { StepPodOptions } from "./step-pod-options.ts";

/** What a step needs and wants of its pods, in the words of Kubernetes, wherever that is written. */
export interface PodParts {
  /** Fields of the pod. */
  readonly pod: Readonly<Record<string, unknown>>;
  /** Fields of its container; without name, image and command. */
  readonly container: Readonly<Record<string, unknown>> & { readonly env: readonly object[] };
}

/** A backstop for the scheduler's own limit; until the container starts, its image may have to be pulled. */
const DEADLINE_MARGIN_MS = 600_000;

export function podParts(
  needs: StepJob,
  { options, env }: { readonly options: StepPodOptions; readonly env: Readonly<Record<string, string>> },
): PodParts {
  const { serviceAccount, imagePullPolicy, priorityClass, nodeSelector, tolerations } = options;
  const { volumes, mounts } = podStorage(needs, options);
  const files = options.secrets.filter(({ path }) => path === null);
  return {
    pod: {
      // On the pod: a Job that is too late has its pods deleted, and with them what they say.
      ...(needs.timeoutMs === null
        ? {}
        : { activeDeadlineSeconds: Math.ceil((needs.timeoutMs + DEADLINE_MARGIN_MS) / 1000) }),
      ...(serviceAccount === null ? {} : { serviceAccountName: serviceAccount }),
      ...(Object.keys(nodeSelector).length === 0 ? {} : { nodeSelector }),
      ...(tolerations.length === 0 ? {} : { tolerations }),
      ...(priorityClass === null ? {} : { priorityClassName: priorityClass }),
      ...(volumes.length === 0 ? {} : { volumes }),
    },
    container: {
      ...(imagePullPolicy === null ? {} : { imagePullPolicy }),
      env: podVariables({ HOME: "/tmp", ...gpuVariables(needs.gpu), ...env }),
      ...(files.length === 0 ? {} : { envFrom: files.map(({ name }) => ({ secretRef: { name } })) }),
      resources: podResources(needs, options),
      ...(mounts.length === 0 ? {} : { volumeMounts: mounts }),
    },
  };
}
