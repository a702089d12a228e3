import type { ErrorRecord } from "../datastore/records.ts";
import type { TaskOutcome } from "./task-outcome.ts";

const CODE = "MILLRACE_OUT_OF_MEMORY";

/** Why a task's process ended, where it was for want of memory. */
export function outOfMemory(message: string): ErrorRecord {
  return { name: "OutOfMemory", code: CODE, message };
}

export function isOutOfMemory({ code }: Pick<ErrorRecord, "code">): boolean {
  return code === CODE;
}

/** False for what a step threw, whatever it calls it. */
export function isMemoryDeath(outcome: Extract<TaskOutcome, { status: "failed" }>): boolean {
  return outcome.isCrash && isOutOfMemory(outcome.error);
}
