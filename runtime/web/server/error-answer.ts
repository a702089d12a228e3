import { messageOf } from "../../../sdk/base/message-of.ts";
import { isMillraceError, type MillraceError } from "../../../sdk/base/millrace-error.ts";
import { errorClass } from "../../../sdk/base/error-codes.ts";
import { visible } from "../../../sdk/base/visible.ts";
import type { ErrorAnswer } from "../api/shapes.ts";

/** Codes that say that what was asked for does not exist. */
const NOT_THERE = new Set([
  "MILLRACE_UNKNOWN_RUN",
  "MILLRACE_UNKNOWN_FLOW",
  "MILLRACE_PATHSPEC",
  "MILLRACE_NO_ARTIFACT",
  "MILLRACE_MISSING_BLOB",
  "MILLRACE_MODEL",
  "MILLRACE_FEATURE",
  "MILLRACE_MISSING_RESULT",
]);
const WRONG_REQUEST = new Set(["MILLRACE_KEY", "MILLRACE_TAG"]);

/** What a failure is answered with: whatever is wrong with a store, the server goes on. */
export function errorAnswer(error: unknown): { readonly status: number; readonly body: ErrorAnswer } {
  if (!isMillraceError(error)) {
    const message = visible(messageOf(error));
    return { status: 500, body: { error: { code: "MILLRACE_BUG", message, hint: null } } };
  }
  const { code, headline, hint = null } = error;
  return { status: statusOf(error), body: { error: { code, message: headline, hint } } };
}

function statusOf(error: MillraceError): number {
  const { status } = error as { status?: unknown };
  if (typeof status === "number") return status;
  if (NOT_THERE.has(error.code)) return 404;
  if (WRONG_REQUEST.has(error.code) || errorClass(error.code) === "usage") return 400;
  return errorClass(error.code) === "passing" ? 503 : 500;
}
