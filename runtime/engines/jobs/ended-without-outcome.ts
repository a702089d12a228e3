import type { ErrorRecord } from "../../datastore/records.ts";
import type { TaskOutcome } from "../../task/task-outcome.ts";
import { CONTAINER_EXIT } from "../container/container-exit.ts";
import type { JobEnd } from "./job-service.ts";

/** Before any code of the flow. */
const BOOT_FAILED: ReadonlySet<number | null> = new Set([CONTAINER_EXIT.noNode, CONTAINER_EXIT.bootFailed]);

/** A job that ended and left no word of its task. */
export function endedWithoutOutcome(
  end: JobEnd,
  { engine, tail }: { engine: string; tail: readonly string[] },
): TaskOutcome {
  const { kind, reason, details } = end;
  const lines = [how(end, engine), ...(reason === null ? [] : [`${engine} says: ${reason}`]), ...details];
  const output = tail.length === 0 ? [] : ["the end of its output:", ...tail.map((line) => `  ${line}`)];
  const error: ErrorRecord = { ...KINDS[kind], message: [...lines, ...output].join("\n") };
  const isRetryable = kind !== "not-started" && !BOOT_FAILED.has(end.exitCode);
  const interruption = kind === "host-lost" || kind === "forgotten" ? { isInterruption: true as const } : {};
  return { status: "failed", error, isRetryable, isCrash: true, ...interruption };
}

const KINDS: Readonly<Record<JobEnd["kind"], Pick<ErrorRecord, "name" | "code">>> = {
  exited: { name: "JobEnded", code: "MILLRACE_JOB_ENDED" },
  "out-of-memory": { name: "OutOfMemory", code: "MILLRACE_OUT_OF_MEMORY" },
  "timed-out": { name: "TimeoutError", code: "MILLRACE_TIMEOUT" },
  stopped: { name: "JobStopped", code: "MILLRACE_JOB_STOPPED" },
  "host-lost": { name: "HostLost", code: "MILLRACE_HOST_LOST" },
  forgotten: { name: "HostLost", code: "MILLRACE_HOST_LOST" },
  "not-started": { name: "JobNotStarted", code: "MILLRACE_JOB_NOT_STARTED" },
};

function how({ kind, exitCode }: JobEnd, engine: string): string {
  switch (kind) {
    case "out-of-memory":
      return "its container ran out of memory: ask for more with memory, in MB, in the engine's decorator or @resources";
    case "timed-out":
      return "it was ended by the engine's own time limit";
    case "stopped":
      return "its container was stopped from outside";
    case "host-lost":
      return "its machine was taken away";
    case "forgotten":
      return `${engine} no longer knows of it, and it left no word of its end`;
    case "not-started":
      return "its container could not be started";
    case "exited":
      if (BOOT_FAILED.has(exitCode)) return "its container could not get ready";
      if (exitCode === SIGKILL)
        return `its container was killed (exit code ${exitCode}) before the step was over: ${KILLERS}`;
      return `its container ended${exitCode === null ? "" : ` with exit code ${exitCode}${signalOf(exitCode)}`} before the step was over (${engine})`;
  }
}

const SIGKILL = 137;
const KILLERS = "by someone else, or by the system because the whole machine ran out of memory";

function signalOf(exitCode: number): string {
  return exitCode === 143 ? ", by SIGTERM," : "";
}
