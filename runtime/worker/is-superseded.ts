import { findSuccessor } from "../datastore/reader/find-successor.ts";
import { MAY_BE_TAKEN_OVER_MS } from "../datastore/reader/is-alive.ts";
import type { LoadedFlow } from "./load-flow.ts";

/**
 * True if another run has resumed this one while its scheduler slept: then a task commits nothing more, as that run does
 * it again. Asked of the store only where that was possible since the scheduler gave the task away.
 */
export function isSuperseded({ setup, record, store }: LoadedFlow, sentAt: number): boolean {
  // Jobs may be followed by the run that resumed.
  if (setup.isContained === true || setup.isSpin === true) return false;
  const { flow, run } = setup;
  return isOld(sentAt) && isOld(record.heartbeat()?.time ?? 0) && findSuccessor(store, { flow, run }) !== null;
}

function isOld(time: number): boolean {
  return Date.now() - time > MAY_BE_TAKEN_OVER_MS;
}
