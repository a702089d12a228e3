import type { RequestJson } from "../../monitoring/served-request.ts";
import type { ServedAnswer } from "../queue/waiting-request.ts";

/** Rows of larger bodies are not kept: a log is not to hold what a server was glad to be rid of. */
const KEPT_BYTES = 64 * 1024;

/** The rows of a request, and its answers where it has some. */
export function loggedRows(body: Buffer, answer: ServedAnswer): RequestJson {
  const { status, features = null } = answer;
  return { input: small(body), output: status === 200 ? small(answer.body) : null, features };
}

function small(body: Buffer): Buffer | null {
  return body.length === 0 || body.length > KEPT_BYTES ? null : body;
}
