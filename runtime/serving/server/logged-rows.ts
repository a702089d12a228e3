import type { RequestRows } from "../../monitoring/served-request.ts";
import type { ServedAnswer } from "../queue/waiting-request.ts";

/** Rows of larger bodies are not kept: a log is not to hold what a server was glad to be rid of. */
const KEPT_BYTES = 64 * 1024;

/** The rows of a request, and its answers where it has some. */
export function loggedRows(body: Buffer, answer: ServedAnswer): RequestRows {
  const isAnswered = answer.status === 200;
  const { features = null } = answer;
  return { input: rowsOf(body), output: isAnswered ? rowsOf(answer.body) : null, features };
}

function rowsOf(body: Buffer): readonly unknown[] | null {
  if (body.length === 0 || body.length > KEPT_BYTES) return null;
  try {
    const value: unknown = JSON.parse(body.toString());
    return Array.isArray(value) ? (value as readonly unknown[]) : [value];
  } catch {
    return null;
  }
}
