import type { ErrorRecord } from "../../datastore/records.ts";
import { type SpawnAttempt, spawnRefusal } from "../../text/spawn-refusal.ts";
import type { TaskOutcome } from "../../task/task-outcome.ts";

/** How a process ended. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why there never was one. */
  readonly notStarted?: ErrorRecord;
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

export interface CrashContext {
  /** What the process said before its first task; null or missing where it had begun one. */
  readonly preface?: string | null;
  /** Why it had to be ended; null or missing if it ended by itself. */
  readonly fault?: string | null;
}

export function crashed(exit: ProcessExit, why: CrashContext = {}): TaskOutcome {
  return { status: "failed", error: exit.notStarted ?? ended(exit, why), isRetryable: true, isCrash: true };
}

function ended(exit: ProcessExit, { preface = null, fault = null }: CrashContext): ErrorRecord {
  return {
    name: "ProcessEnded",
    message: `${fault ?? endOf(exit, preface)}${preface === null || preface === "" ? "" : `\n${preface}`}`,
    code: "MILLRACE_PROCESS_ENDED",
  };
}

function endOf({ code, signal }: ProcessExit, preface: string | null): string {
  if (signal !== null) return `its process was ended by ${signal}${remedy(code, signal)}`;
  const when = preface === null ? "before the step was over" : "before it could begin";
  return `its process exited with code ${String(code)} ${when}${remedy(code, signal)}`;
}

function remedy(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal === "SIGKILL") return " (the system does that when memory runs out)";
  if (signal === "SIGABRT" || code === 134) return " (V8 does that when its heap is full, native code when it fails)";
  if (signal === "SIGSEGV" || code === 139) return " (a fault in native code)";
  if (code === 0) return " (does it call process.exit?)";
  return "";
}
