import { isMillraceError } from "../../sdk/base/errors.ts";

/** What the code package says; it is the same at every attempt. */
const FINAL: ReadonlySet<string> = new Set([
  "MILLRACE_DECORATOR_CONFLICT",
  "MILLRACE_DECORATOR_METADATA",
  "MILLRACE_DECORATOR_MISPLACED",
  "MILLRACE_DECORATOR_OPTION",
  "MILLRACE_DECORATOR_REPEATED",
  "MILLRACE_IMPORT",
  "MILLRACE_INVALID_FLOW",
  "MILLRACE_NO_FLOW",
  "MILLRACE_UNKNOWN_DECORATOR",
]);

/** True for an error of a flow that could not be loaded, if no further attempt can end otherwise. */
export function isFinal(error: unknown): boolean {
  return isMillraceError(error) && FINAL.has(error.code);
}
