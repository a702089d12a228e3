import type { IncomingMessage } from "node:http";
import type { ArrowAsked } from "../channel/service-command.ts";

/** The media type of Arrow's IPC stream. */
export const ARROW_TYPE = "application/vnd.apache.arrow.stream";

/** What of a request is Arrow; null where all of it is JSON. An answer is what `accept` names, else what the rows are. */
export function arrowAsked({ headers }: Pick<IncomingMessage, "headers">): ArrowAsked | null {
  const { "content-type": type = "", accept = "" } = headers;
  if (type === "application/json" && accept === "*/*") return null;
  const isBody = type.startsWith(ARROW_TYPE);
  const isAnswer = accept.includes(ARROW_TYPE) || (isBody && !accept.includes("application/json"));
  return isBody || isAnswer ? { isBody, isAnswer } : null;
}
