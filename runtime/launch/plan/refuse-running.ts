import os from "node:os";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import type { HeartbeatRecord } from "../../datastore/records.ts";
import { readRunHeader } from "../../datastore/reader/read-run.ts";
import type { RunPlace } from "../../datastore/run-keys.ts";

/** @throws MillraceError for a run that is still alive: nobody may resume it */
export function refuseRunning(store: Datastore, { flow, run }: RunPlace): void {
  const { status } = readRunHeader(store, { flow, run });
  if (status !== "running" && status !== "pending") return;
  const beat = store.record(flow, run).heartbeat();
  throw new MillraceError({
    code: "MILLRACE_STILL_RUNNING",
    headline: `Cannot resume ${flow}/${run} because it ${status === "pending" ? "waits for its scheduler" : `is still running${beat === null ? "" : placeOf(beat)}`}`,
    hint: "end it first with stop, or name another run with --origin-run-id",
  });
}

function placeOf({ host, pid, drivenBy }: HeartbeatRecord): string {
  if (drivenBy !== undefined) return ` (by ${drivenBy})`;
  return host === os.hostname() ? ` (process ${pid})` : ` (on ${host})`;
}
