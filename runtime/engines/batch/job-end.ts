import type { JobEnd, JobRef } from "../jobs/job-service.ts";
import type { SeenJob } from "./seen-job.ts";

type Kind = JobEnd["kind"];

interface Cause {
  readonly pattern: RegExp;
  readonly kind: Kind;
  /** What to do about it. */
  readonly remedy?: string;
}

/** In the words of Batch and of the agents that run its containers; the first that fits counts. */
const CAUSES: readonly Cause[] = [
  { pattern: /^Host EC2/i, kind: "host-lost" },
  { pattern: /spot (task|instance|interruption)|SpotInterruption/i, kind: "host-lost" },
  { pattern: /OutOfMemory/i, kind: "out-of-memory" },
  { pattern: /attempt duration exceeded timeout/i, kind: "timed-out" },
  {
    pattern: /container overrides length/i,
    kind: "not-started",
    remedy: "its variables and its command are too long together: shorten the variables of @env",
  },
  {
    pattern: /CannotPull|image.*(not found|does not exist)|manifest unknown/i,
    kind: "not-started",
    remedy: "check the name of the image, that the execution role may pull it, and that the subnets reach its registry",
  },
  {
    pattern: /ResourceInitializationError/i,
    kind: "not-started",
    remedy: "check that the subnets reach AWS (a NAT gateway, endpoints, or public addresses), and the execution role",
  },
  {
    pattern: /CannotStartContainer|CannotCreateContainer|failed to create (shim )?task/i,
    kind: "not-started",
    remedy: "check the image, and the volumes and devices that the step asks for",
  },
  {
    pattern: /MISCONFIGURATION|compute environment|no (valid )?compute/i,
    kind: "not-started",
    remedy: "compare what the step asks for with the instance types and the largest size of the compute environment",
  },
  { pattern: /DockerTimeoutError|Cannot\w+ContainerError|Task failed to start/i, kind: "not-started" },
];

/** How a job ended that Batch reports as SUCCEEDED or FAILED. */
export function jobEnd(
  seen: SeenJob,
  { job, cli, stopReason }: { job: JobRef; cli: string; stopReason: string | null },
): JobEnd {
  const exitCode = seen.exitCode ?? (seen.status === "SUCCEEDED" ? 0 : null);
  const cause = seen.status === "SUCCEEDED" ? undefined : causeOf({ ...seen, exitCode });
  const kind = seen.status === "SUCCEEDED" ? "exited" : kindOf(seen, { cause, stopReason });
  const reasons = [seen.reason, seen.containerReason].filter((reason) => reason !== null);
  return {
    kind,
    exitCode,
    reason: reasons.length === 0 ? null : [...new Set(reasons)].join("; "),
    details: [...(cause?.remedy === undefined ? [] : [cause.remedy]), whereToLook(seen.id, job, cli)],
  };
}

function causeOf({ reason, containerReason, exitCode }: SeenJob): Cause | undefined {
  const words = [containerReason, reason].filter((text) => text !== null);
  const cause = CAUSES.find(({ pattern }) => words.some((text) => pattern.test(text)));
  // What has an exit code has run.
  return cause?.kind === "not-started" && exitCode !== null ? undefined : cause;
}

function kindOf(seen: SeenJob, { cause, stopReason }: { cause: Cause | undefined; stopReason: string | null }): Kind {
  if (stopReason !== null) return "stopped";
  if (cause !== undefined) return cause.kind;
  if (seen.isTerminated) return "stopped";
  const isExplained = seen.reason !== null || seen.containerReason !== null;
  return isExplained && !seen.hasStarted && seen.exitCode === null ? "not-started" : "exited";
}

function whereToLook(id: string, { group, index }: JobRef, cli: string): string {
  const { flow, run } = group.run;
  const task = group.tasks[index]?.task ?? index;
  return `job ${id} of AWS Batch; its output: ${cli} batch logs ${flow}/${run}/${group.needs.step}/${task}`;
}
