import { hasCode } from "../../../../sdk/base/millrace-error.ts";
import { parsePaper } from "../../../datastore/kinds/job.ts";
import { jobsFolder } from "../../../datastore/run-keys.ts";
import type { TaskOutcome } from "../../../task/task-outcome.ts";
import type { TaskSpec } from "../../../task/task-spec.ts";
import type { JobRef } from "../job-service.ts";

/** What a job that takes several tasks tells of them, a line each. It begins nothing after `closed`. */
export type ToldLine =
  | ({ readonly type: "began" | "returned" } & OfAttempt)
  | ({
      readonly type: "ended";
      readonly outcome: TaskOutcome;
      /** False where its log is empty. */
      readonly hasOutput: boolean;
      /** From its beginning to its end. */
      readonly ms: number;
    } & OfAttempt)
  | { readonly type: "closed" };

type OfAttempt = Pick<TaskSpec, "task" | "attempt">;

type Place = Pick<JobRef, "index"> & { readonly group: Pick<JobRef["group"], "run" | "name"> };

/** Only the job writes there. */
export function toldKey({ group, index }: Place): string {
  return `${jobsFolder(group.run, group.name)}/told-${index}.jsonl`;
}

/** Only the launcher writes there: specs of tasks, a line each, in the order in which the job takes them. */
export function tasksKey({ group, index }: Place): string {
  return `${jobsFolder(group.run, group.name)}/tasks-${index}.jsonl`;
}

/** Null for what no job of ours writes: a step can write to the store as its job does. */
export function parseToldLine(line: string, key: string): ToldLine | null {
  return sound(line, { key, is: "told" }) as ToldLine | null;
}

/** Null for what no launcher writes. */
export function parseTaskLine(line: string, key: string): TaskSpec | null {
  return sound(line, { key, is: "task" }) as TaskSpec | null;
}

function sound(line: string, of: Parameters<typeof parsePaper>[1]): unknown {
  try {
    return parsePaper(line, of);
  } catch (error) {
    if (hasCode(error, "MILLRACE_DAMAGED_RECORD")) return null;
    throw error;
  }
}
