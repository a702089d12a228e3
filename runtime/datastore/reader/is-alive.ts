import os from "node:os";
import type { HeartbeatRecord } from "../records.ts";

/** A heartbeat is renewed every 10 s; this old, it was missed four times. */
const STALE_AFTER_MS = 45_000;

/** A process that has not written a beat for so long asks whether another run has resumed its own. */
export const MAY_BE_TAKEN_OVER_MS = 30_000;

/** Who looks at a run, and when. */
export interface Observer {
  now(): number;
  readonly host: string;
  /** Whether a process of this host exists. */
  hasProcess(pid: number): boolean;
}

export const thisMachine: Observer = { now: Date.now, host: os.hostname(), hasProcess };

/** Whether somebody still works on a run that has not finished. */
export function isAlive(run: { heartbeat: HeartbeatRecord | null; startedAt: number }, observer: Observer): boolean {
  const { heartbeat, startedAt } = run;
  if (heartbeat?.awaits !== undefined || heartbeat?.drivenBy !== undefined) return true;
  const age = observer.now() - (heartbeat?.time ?? startedAt);
  if (age > STALE_AFTER_MS) return false;
  return heartbeat === null || heartbeat.host !== observer.host || observer.hasProcess(heartbeat.pid);
}

/** Whether a run that nobody works on any more was worked on a moment ago: it may have ended well since. */
export function isJustGone(run: { status: string; lastSeenAt: number }, observer: Observer): boolean {
  return run.status === "stale" && observer.now() - run.lastSeenAt <= STALE_AFTER_MS;
}

function hasProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
