import type { ErrorRecord } from "../../datastore/records.ts";
import { type SpawnAttempt, spawnRefusal } from "../../text/spawn-refusal.ts";
import type { StopReason, TaskOutcome } from "../backend.ts";

/** How a process ended. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why there never was one. */
  readonly notStarted?: ErrorRecord;
}

export const CLOSED: StopReason = { name: "AbortError", message: "the run stopped before the task began" };

export function stopped(reason: StopReason): TaskOutcome {
  return { status: "failed", error: reason, isRetryable: false, isCrash: true };
}

/** Of a process that the system did not start. */
export function notStarted(error: Error, attempt: SpawnAttempt): ProcessExit {
  const { because, hint } = spawnRefusal(error, attempt);
  return {
    code: null,
    signal: null,
    notStarted: {
      name: "ProcessNotStarted",
      message: `Cannot start a process for the task because ${because}\n  hint: ${hint}`,
      code: "MILLRACE_PROCESS_NOT_STARTED",
    },
  };
}

export function crashed(exit: ProcessExit, preface: string | null = null): TaskOutcome {
  return { status: "failed", error: exit.notStarted ?? ended(exit, preface), isRetryable: true, isCrash: true };
}

function ended({ code, signal }: ProcessExit, preface: string | null): ErrorRecord {
  const how =
    signal === null
      ? `its process exited with code ${String(code)} ${preface === null ? "before the step was over" : "before it could begin"}`
      : `its process was ended by ${signal}`;
  return {
    name: "ProcessEnded",
    message: `${how}${remedy(code, signal)}${preface === null || preface === "" ? "" : `\n${preface}`}`,
    code: "MILLRACE_PROCESS_ENDED",
  };
}

function remedy(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal === "SIGKILL") return " (the system does that when memory runs out)";
  if (signal === "SIGABRT" || code === 134) return " (V8 does that when its heap is full, native code when it fails)";
  if (signal === "SIGSEGV" || code === 139) return " (a fault in native code)";
  if (code === 0) return " (does it call process.exit?)";
  return "";
}
