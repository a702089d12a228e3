import { LaunchOrders } from "../datastore/launch-orders.ts";
import { findSuccessor } from "../datastore/reader/find-successor.ts";
import { MAY_BE_TAKEN_OVER_MS } from "../datastore/reader/is-alive.ts";
import type { LoadedFlow } from "./load-flow.ts";

/**
 * True if another run has resumed this one while its scheduler slept, or another scheduler has gone on with it: then a task
 * commits nothing more, as it is done again. Asked of the store only where that was possible since the scheduler gave the task away.
 */
export function isSuperseded({ setup, record, store }: LoadedFlow, sentAt: number): boolean {
  // Jobs may be followed by the run that resumed.
  if (setup.isContained === true || setup.isSpin === true) return false;
  const { flow, run, claim } = setup;
  if (!isOld(sentAt)) return false;
  // Another scheduler of the run writes its heartbeat as well.
  if (claim !== undefined && new LaunchOrders(store.storage, { flow, run }).latest(claim + 1) !== null) return true;
  return isOld(record.heartbeat()?.time ?? 0) && findSuccessor(store, { flow, run }) !== null;
}

function isOld(time: number): boolean {
  return Date.now() - time > MAY_BE_TAKEN_OVER_MS;
}
