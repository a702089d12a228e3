import type { IncomingMessage } from "node:http";
import { performance } from "node:perf_hooks";
import type { LaneRequest } from "../lanes/serving-lanes.ts";

/** A request that is answered by its deadline, or told that this has passed. */
export interface TimedRequest extends LaneRequest {
  /** In milliseconds of `performance.now()`. */
  readonly deadline: number;
}

/** It may take as long as its client waits, but no longer than the server lets anybody. */
export function timesOf(
  { headers }: Pick<IncomingMessage, "headers">,
  timeoutMs: number,
): Pick<TimedRequest, "arrivedAt" | "isHasty" | "deadline"> {
  const arrivedAt = performance.now();
  const given = headers["x-timeout-ms"];
  if (given === undefined) return { arrivedAt, isHasty: false, deadline: arrivedAt + timeoutMs };
  const ms = Number(given);
  const isHasty = ms >= 0 && ms < timeoutMs;
  return { arrivedAt, isHasty, deadline: arrivedAt + (isHasty ? ms : timeoutMs) };
}

const OWN_ID = /^[\w.:/+=-]{1,128}$/;

/** An id that the client has chosen; null where it has not, or nobody would want to see it in a log. */
export function idIn({ headers }: Pick<IncomingMessage, "headers">, header: string): string | null {
  const given = headers[header];
  return typeof given === "string" && OWN_ID.test(given) ? given : null;
}
