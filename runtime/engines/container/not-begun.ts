import { errorClass } from "../../../sdk/base/error-codes.ts";
import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import type { TaskOutcome } from "../../task/task-outcome.ts";

/** The task could not begin: whoever started it is told why, as of any other failure. */
export function notBegun(error: unknown): TaskOutcome {
  if (!isMillraceError(error)) throw error;
  const { name, message, code } = error;
  return { status: "failed", error: { name, message, code }, isRetryable: errorClass(code) !== "flow", isCrash: true };
}
