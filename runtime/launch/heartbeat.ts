import os from "node:os";
import { RECORD_FORMAT } from "../datastore/records.ts";
import type { RunRecord } from "../datastore/run-record.ts";

/** How often a run says that it is alive; readers allow for a few missed beats. */
const BEAT_MS = 10_000;

/** Beats until the returned function is called; the first beat is there when that is given. */
export async function startHeartbeat(record: RunRecord, onError: (error: unknown) => void): Promise<() => void> {
  let isBeating = false;
  const beat = async () => {
    // One that takes long is not joined by others.
    if (isBeating) return;
    isBeating = true;
    try {
      // Written to a datastore that was removed, everything would be lost without a word.
      if (!record.isThere()) record.document();
      await record.writeHeartbeat({ format: RECORD_FORMAT, host: os.hostname(), pid: process.pid, time: Date.now() });
    } catch (error) {
      onError(error);
    } finally {
      isBeating = false;
    }
  };
  await beat();
  const timer = setInterval(() => void beat(), BEAT_MS);
  return () => clearInterval(timer);
}
