import type { StepJob } from "../../engines/jobs/job-service.ts";

/** Least that Batch takes; it is a backstop for the task's own limit. */
const MIN_TIMEOUT_S = 60;
const TIMEOUT_GRACE_MS = 60_000;
const LONGEST_JOB_NAME = 128;

/** What lists of jobs show. */
export function jobName({ deployment, title }: { readonly deployment: string; readonly title: string }): string {
  const name = `${deployment}-${title}`.replace(/[^A-Za-z0-9_-]+/g, "-");
  return (/^[A-Za-z0-9]/.test(name) ? name : `x${name}`).slice(0, LONGEST_JOB_NAME);
}

/** After how many seconds Batch ends a job that did not end itself; null for none. */
export function jobTimeoutS({ reuse, timeoutMs }: StepJob): number | null {
  const limitMs = reuse?.taskTimeoutMs ?? timeoutMs;
  return limitMs === null ? null : Math.max(MIN_TIMEOUT_S, Math.ceil((limitMs + TIMEOUT_GRACE_MS) / 1000));
}

/** What an attempt needs, as Batch's kinds of resources; none that is 0. */
export function jobResources(needs: StepJob, { isFargate }: { readonly isFargate: boolean }): Record<string, string> {
  const wanted = {
    // Instances are shared by whole CPUs.
    VCPU: isFargate ? needs.cpu : Math.max(1, Math.ceil(needs.cpu)),
    MEMORY: Math.ceil(needs.memoryMb),
    GPU: needs.gpu,
  };
  return Object.fromEntries(
    Object.entries(wanted)
      .filter(([, value]) => value !== 0)
      .map(([type, value]) => [type, String(value)]),
  );
}
