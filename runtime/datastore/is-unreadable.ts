import { hasCode } from "../../sdk/base/millrace-error.ts";

/** True for the error of a record that is damaged, or that a newer Millrace wrote: whoever looks again finds the same. */
export function isUnreadable(error: unknown): boolean {
  return hasCode(error, "MILLRACE_DAMAGED_RECORD") || hasCode(error, "MILLRACE_NEWER_FORMAT");
}
