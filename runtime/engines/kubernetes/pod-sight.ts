import type { JobEnd } from "../jobs/job-service.ts";
import type { JobSight } from "../jobs/polling/group-watch.ts";
import { podEnd } from "./pod-end.ts";
import type { SeenPod } from "./seen-pod.ts";

/** How long a pod may wait for what may still come: an image that is being pushed, a secret that is being made. */
export const START_WAIT_MS = 120_000;
/** How long a pod that was told to end may take beyond its grace: then its node no longer answers. */
const NO_ANSWER_MS = 5000;

export interface PodTimes {
  readonly now: number;
  /** Since when it waits for what {@link START_WAIT_MS} is about; null while it does not. */
  readonly failingSince: number | null;
  /** Since when it is being ended. */
  readonly endingSince: number | null;
  readonly startWaitMs: number;
  /** Why this scheduler asked for its end. */
  readonly stopReason: string | null;
}

/** What becomes of a container that cannot start by itself, with what to do about it. */
const HINDRANCES: Readonly<Record<string, { readonly isFinal: boolean; readonly remedy: string }>> = {
  ErrImagePull: image(false),
  ImagePullBackOff: image(false),
  ErrImageNeverPull: image(true),
  InvalidImageName: image(true),
  ImageInspectError: image(false),
  RegistryUnavailable: image(false),
  CreateContainerConfigError: {
    isFinal: false,
    remedy: "check the names in @kubernetes({ secrets }): they are Secrets of the job's namespace",
  },
  CreateContainerError: { isFinal: false, remedy: "check the image, and the volumes that the step asks for" },
  RunContainerError: { isFinal: false, remedy: "check the image, and the volumes that the step asks for" },
};

function image(isFinal: boolean): { readonly isFinal: boolean; readonly remedy: string } {
  const remedy = "check the image's name and imagePullPolicy, and that the namespace may pull it: imagePullSecrets";
  return { isFinal, remedy };
}

/** True for a container that cannot start as things are. */
export function isHindered({ container }: SeenPod): boolean {
  return container?.kind === "waiting" && HINDRANCES[container.reason ?? ""] !== undefined;
}

/** What a pod shows of its job. */
export function podSight(pod: SeenPod, times: PodTimes): JobSight {
  const end = endOf(pod, times);
  if (end !== null) return { kind: "ended", end };
  const { container, unscheduled, phase } = pod;
  if (container?.kind === "running") return { kind: "running", name: "Running", reason: null };
  // Between its end and the pod's: the pod says more.
  if (container?.kind === "terminated") return { kind: "running", name: "Running", reason: null };
  if (unscheduled !== null)
    return { kind: "waiting", name: unscheduled.reason ?? "Unschedulable", reason: unscheduled.message };
  const name = container?.reason ?? phase;
  return { kind: "waiting", name, reason: container?.message ?? null };
}

function endOf(pod: SeenPod, times: PodTimes): JobEnd | null {
  const { stopReason, now, endingSince, failingSince, startWaitMs } = times;
  if (pod.isGone || pod.phase === "Succeeded" || pod.phase === "Failed") return podEnd(pod, { stopReason });
  if (pod.endsWithinS !== null && endingSince !== null && now - endingSince > pod.endsWithinS * 1000 + NO_ANSWER_MS)
    return podEnd({ ...pod, isGone: true }, { stopReason });
  if (!isHindered(pod) || pod.container?.kind !== "waiting" || failingSince === null) return null;
  const { reason, message } = pod.container;
  const { isFinal, remedy } = HINDRANCES[reason ?? ""] ?? image(false);
  if (!isFinal && now - failingSince < startWaitMs) return null;
  const waited = isFinal ? [] : [`it waited ${Math.round((now - failingSince) / 1000)} s for that to change`];
  const said = [reason, message].filter((text) => text !== null).join(": ");
  return { kind: "not-started", exitCode: null, reason: said, details: [...waited, remedy] };
}
