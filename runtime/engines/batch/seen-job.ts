import type { JobDetail, JobSummary } from "@aws-sdk/client-batch";

/** What matters of a job that Batch described or listed. */
export interface SeenJob {
  readonly id: string;
  readonly status: string;
  readonly reason: string | null;
  readonly exitCode: number | null;
  /** Why the container ended or never began, where its agent knows. */
  readonly containerReason: string | null;
  readonly hasStarted: boolean;
  /** Somebody asked for its end. */
  readonly isTerminated: boolean;
}

/** Both forms in which Batch tells of a job; their containers differ only in what else they tell. */
export function seenJob(job: JobDetail | JobSummary): SeenJob {
  return {
    id: job.jobId ?? "",
    status: job.status ?? "SUBMITTED",
    reason: nonEmpty(job.statusReason),
    exitCode: job.container?.exitCode ?? null,
    containerReason: nonEmpty(job.container?.reason),
    hasStarted: (job.startedAt ?? 0) > 0,
    isTerminated: job.isTerminated === true || job.isCancelled === true,
  };
}

export function hasEnded({ status }: Pick<SeenJob, "status">): boolean {
  return status === "SUCCEEDED" || status === "FAILED";
}

/** A failure that tells nothing of itself: some services do so only where they list jobs. */
export function isUnexplained({ status, exitCode, reason, containerReason }: SeenJob): boolean {
  return status === "FAILED" && exitCode === null && reason === null && containerReason === null;
}

/** The place of a job among those of its array, which ends its id. */
export function indexOfId(id: string): number | null {
  const match = /:(\d+)$/.exec(id);
  return match === null ? null : Number(match[1]);
}

function nonEmpty(text: string | null | undefined): string | null {
  return text == null || text === "" ? null : text;
}
