import { count, faultIn, optional } from "../../datastore/shapes/checks.ts";
import { faultOfErrorRecord, faultOfTransition, faultOfUsage, lastValues } from "../../datastore/shapes/parts.ts";
import { parseProgressReport } from "../../task/progress-report.ts";
import type { WorkerReport } from "../../task/worker-command.ts";
import type { TaskOutcome } from "../../task/task-outcome.ts";
import { isRecord } from "../../../sdk/base/is-record.ts";

const lastMetrics = optional(lastValues);

/** Null for a line that no worker writes. */
export function parseReport(line: string): WorkerReport | null {
  const report = parsed(line);
  if (!isRecord(report)) return null;
  if (report["type"] === "ready") return { type: "ready" };
  const { type, key, outcome, isClean } = report;
  if (typeof key !== "string") return null;
  if (type === "began" || type === "returned") return { type, key };
  if (type === "progress") return progressIn(report, key);
  if (type !== "done" || typeof isClean !== "boolean" || !isOutcome(outcome)) return null;
  return { type, key, outcome, isClean };
}

function progressIn({ fraction, note }: Record<string, unknown>, key: string): WorkerReport | null {
  const told = parseProgressReport(fraction, note);
  return told === null ? null : { type: "progress", key, ...told };
}

/** The shape alone: whether it is what this task could do is known to whoever has the graph. */
function isOutcome(value: unknown): value is TaskOutcome {
  if (!isRecord(value)) return false;
  const { status, next, result, error, isRetryable, isCrash, usage, childPages, metrics } = value;
  if (usage !== undefined && faultOfUsage(usage) !== null) return false;
  if (childPages !== undefined && count(childPages) !== null) return false;
  if (faultIn(lastMetrics, metrics) !== null) return false;
  if (status === "failed") return isError(error) && typeof isRetryable === "boolean" && typeof isCrash === "boolean";
  if (status !== "succeeded" && status !== "caught") return false;
  if (typeof result !== "string" || faultOfTransition(next) !== null) return false;
  return status === "succeeded" || isError(error);
}

function isError(value: unknown): boolean {
  return faultOfErrorRecord(value) === null;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return null;
  }
}
