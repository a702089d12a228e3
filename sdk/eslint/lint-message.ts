import type { Finding } from "../../runtime/graph/finding.ts";

/** A finding of `check` in one line, as editors show it. */
export function lintMessage({ message, rule, hint }: Finding): string {
  return `${message} (${rule}). Fix: ${hint}`;
}
