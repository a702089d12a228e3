import type { Datastore } from "../../datastore/datastore.ts";
import { Inbox } from "../../datastore/inbox.ts";
import { LaunchOrders } from "../../datastore/launch-orders.ts";
import { RECORD_FORMAT } from "../../datastore/records.ts";
import type { RunEvent } from "../../datastore/run-event.ts";
import type { RunPlace } from "../../datastore/run-keys.ts";

/**
 * Ends a run whose scheduler has not started anywhere: none can any more, and the run is recorded as failed for that
 * reason.
 * @returns false where a scheduler has taken it, or it waits for none
 */
export async function withdrawDetached(store: Datastore, of: RunPlace, reason: string): Promise<boolean> {
  const record = store.record(of.flow, of.run);
  if (record.heartbeat()?.awaits === undefined) return false;
  const taken = new LaunchOrders(store.storage, of).withdraw();
  if (taken !== null) {
    // Should it have died before its first sign of life, that was when it took the order.
    const { host, pid, time } = taken;
    if (record.heartbeat()?.awaits !== undefined)
      await record.writeHeartbeat({ format: RECORD_FORMAT, host, pid, time });
    return false;
  }
  const time = Date.now();
  const events: readonly RunEvent[] = [
    { type: "run-started", time },
    { type: "run-finished", time, status: "failed", reason },
  ];
  const journal = record.openJournal();
  try {
    await journal.append(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
    journal.flush();
  } finally {
    journal.close();
  }
  if (record.document().deployment !== undefined) new Inbox(store.storage).finished(of);
  return true;
}
