import type { JobEnd } from "../jobs/job-service.ts";
import type { Said, SeenPod } from "./seen-pod.ts";

/** What the kubelet says of a pod that it ended, or never let begin, for a reason of the node's. */
const NODE_REASONS =
  /^(Evicted|Preempting|NodeLost|NodeShutdown|Shutdown|Terminated|NodeAffinity|OutOf\w+|UnexpectedAdmissionError|NodeUnreachable)$/;
const START_FAILED = /^(StartError|ContainerCannotRun|ContainerStatusUnknown)$/;

/** How a pod ended that is over, or no longer there. */
export function podEnd(pod: SeenPod, { stopReason }: { readonly stopReason: string | null }): JobEnd {
  const container = pod.container?.kind === "terminated" ? pod.container : null;
  const exitCode = container?.exitCode ?? null;
  const of = (kind: JobEnd["kind"], ...said: readonly (Said | null)[]): JobEnd => ({
    kind,
    exitCode,
    reason: textOf(said),
    details: [`pod: ${pod.name}`],
  });
  if (pod.phase === "Succeeded" || exitCode === 0) return of("exited");
  if (stopReason !== null) return of("stopped", { reason: null, message: stopReason });
  if (pod.disruption !== null) return of("host-lost", pod.disruption, pod.said);
  if (NODE_REASONS.test(pod.said.reason ?? "")) return of("host-lost", pod.said);
  if (container?.reason === "OOMKilled") return of("out-of-memory", container);
  if (pod.said.reason === "DeadlineExceeded") return of("timed-out", pod.said);
  if (container?.reason === "ContainerStatusUnknown") return of("host-lost", container);
  if (START_FAILED.test(container?.reason ?? "")) return { ...of("not-started", container), exitCode: null };
  if (container !== null) return of("exited", isPlain(container) ? null : container, pod.said);
  if (pod.isGone) return of("stopped", { reason: null, message: "its pod was deleted" });
  return of("exited", pod.said);
}

/** Says no more than the exit code. */
function isPlain({ reason }: Said): boolean {
  return reason === "Error" || reason === "Completed";
}

function textOf(all: readonly (Said | null)[]): string | null {
  const texts = all.flatMap((said) => {
    const text = [said?.reason, said?.message].filter((one) => one != null && one !== "").join(": ");
    return text === "" ? [] : [text];
  });
  return texts.length === 0 ? null : texts.join("; ");
}
