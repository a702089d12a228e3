import os from "node:os";
import process from "node:process";
import type { Datastore } from "../../datastore/datastore.ts";
import type { LaunchOrderOptions } from "../../datastore/kinds/launch-order.ts";
import { LaunchOrders } from "../../datastore/launch-orders.ts";
import { RECORD_FORMAT, type RunDocument } from "../../datastore/records.ts";
import { beginOnce, type BeginOnceOptions } from "./begin-once.ts";

export interface PendingRunOptions extends Omit<BeginOnceOptions, "mayContinue"> {
  /** How the user calls the command line, for hints. */
  readonly programName: string;
  readonly options: LaunchOrderOptions;
  /** What the run waits for until a scheduler takes it. */
  readonly awaits: string;
}

/**
 * Begins a run of a stored release under an id that is known before, for a scheduler that comes later: the command `drive`.
 * May be called again, by several at once, and after one of them died at any point: the run is there once, and whole.
 * Where its values cannot be settled it is a failed run, which says why.
 * @throws MillraceError where the datastore or the release cannot be read or written: then it is to be called again
 */
export async function beginPending(store: Datastore, of: PendingRunOptions): Promise<RunDocument> {
  const document = await beginOnce(store, { ...of, mayContinue: true });
  const { flow, run, refusal } = document;
  if (refusal !== undefined) return document;
  const record = store.record(flow, run);
  // Whoever finds the run begun may be late: nothing that its scheduler has written since is replaced.
  new LaunchOrders(store.storage, { flow, run }).offer({ programName: of.programName, options: of.options });
  const beat = { format: RECORD_FORMAT, host: os.hostname(), pid: process.pid, time: Date.now() } as const;
  record.createHeartbeat({ ...beat, awaits: of.awaits });
  return document;
}
