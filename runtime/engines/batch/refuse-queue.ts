import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { nearest } from "../../../sdk/base/nearest.ts";
import type { KnownQueue } from "./queues.ts";

const MAX_LISTED = 10;

/**
 * Refuses a queue that takes no jobs of ours.
 * @param others - names of those that there are, where there is none of that name
 * @throws MillraceError
 */
export function refuseQueue(name: string, queue: KnownQueue | null, others: readonly string[]): void {
  if (queue === null) throw noQueue(name, others);
  const problem =
    queue.platform === null
      ? "is one of Kubernetes"
      : queue.state !== "ENABLED"
        ? `is ${queue.state.toLowerCase()}`
        : queue.status !== "VALID" && queue.status !== "UPDATING"
          ? `is ${queue.status.toLowerCase()}`
          : null;
  if (problem === null) return;
  throw new MillraceError({
    code: "MILLRACE_BATCH",
    headline: `Cannot use AWS Batch because the job queue ${queue.name} ${problem}`,
    details: queue.statusReason === "" ? [] : [`AWS says: ${queue.statusReason}`],
    hint: "fix it in the AWS console, or name another: MILLRACE_BATCH_QUEUE, @batch({ queue })",
  });
}

/** @param others - those that there are */
export function noQueue(name: string, others: readonly string[]): MillraceError {
  const meant = nearest(name, others);
  const listed = `${others.slice(0, MAX_LISTED).join(", ")}${others.length > MAX_LISTED ? ", …" : ""}`;
  return new MillraceError({
    code: "MILLRACE_BATCH",
    headline: `Cannot use AWS Batch because there is no job queue ${name}`,
    details: [others.length === 0 ? "this account and region have none" : `there are: ${listed}`],
    hint:
      meant === null
        ? "check AWS_REGION and AWS_PROFILE, or run `millrace configure aws`"
        : `did you mean ${meant}? Set it with MILLRACE_BATCH_QUEUE or @batch({ queue })`,
  });
}
