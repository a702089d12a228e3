import { type JobComment, parseComment } from "./job-comment.ts";

/** A job as `squeue` tells of it. */
export interface QueueRow {
  /** Of the array, where it is one of an array. */
  readonly id: string;
  /** Null for a job that is not of an array. */
  readonly index: number | null;
  readonly state: string;
  /** As `wait` gives it: exit code and signal. */
  readonly waitStatus: number;
  readonly reason: string;
  /** How often Slurm has started it again. */
  readonly restarts: number;
  readonly submittedAt: string;
  readonly hasStarted: boolean;
  readonly nodes: string;
  readonly comment: JobComment | null;
}

// What may hold the separator stands last.
const FIELDS = "JobArrayID State exit_code Reason RestartCnt SubmitTime StartTime NodeList Comment".split(" ");

/** Arguments of `squeue` for these jobs, all of an array one by one, with those that have ended. */
export function queueArguments(of: readonly string[]): string[] {
  const format = FIELDS.map((field) => `${field}:|`).join(",");
  return ["--noheader", "--array", "--states=all", ...of, `--Format=${format}`];
}

/** Lines that are not of that form are left out. */
export function parseQueue(text: string): QueueRow[] {
  return text.split("\n").flatMap((line) => {
    const [job = "", state = "", status = "", reason = "", restarts = "", submittedAt = "", started = "", ...rest] =
      line.split("|");
    const [nodes = "", ...words] = rest;
    const [, id, index] = /^(\d+)(?:_(\d+))?$/.exec(job.trim()) ?? [];
    if (id === undefined || words.length === 0) return [];
    return {
      id,
      index: index === undefined ? null : Number(index),
      state: state.trim().split(/[ +]/)[0] ?? "",
      waitStatus: Number(status) || 0,
      reason: reason.trim(),
      restarts: Number(restarts) || 0,
      submittedAt: submittedAt.trim(),
      hasStarted: /^\d/.test(started.trim()),
      nodes: nodes.trim(),
      comment: parseComment(words.join("|").replace(/\|\s*$/, "")),
    };
  });
}
