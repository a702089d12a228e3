import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import type { LaunchOrder } from "../../datastore/kinds/launch-order.ts";
import { LaunchOrders, type NumberedClaim } from "../../datastore/launch-orders.ts";
import { findSuccessor } from "../../datastore/reader/find-successor.ts";
import { isAlive, type Observer } from "../../datastore/reader/is-alive.ts";
import { readRunHeader } from "../../datastore/reader/read-run.ts";
import type { HeartbeatRecord } from "../../datastore/records.ts";
import type { RunPlace } from "../../datastore/run-keys.ts";
import { Heartbeat, takenOver } from "../run/heartbeat.ts";

export interface BecomeSchedulerOptions {
  /** Whose processes readers may look for by their number. */
  readonly host: string;
  readonly observer: Observer;
}

/** This process is the run's scheduler. */
export interface Succession {
  readonly order: LaunchOrder;
  /** As which one, from 1. */
  readonly claim: number;
  /** From now on the run lives as long as this process does. */
  readonly heartbeat: Heartbeat;
}

/**
 * Makes this process the scheduler of a run that waits for its first one, or whose last one died.
 * @throws MillraceError where another process is it, the run has ended, or another run has resumed it
 */
export async function becomeScheduler(
  store: Datastore,
  place: RunPlace,
  { host, observer }: BecomeSchedulerOptions,
): Promise<Succession> {
  const { flow, run } = place;
  const record = store.record(flow, run);
  const orders = new LaunchOrders(store.storage, place);
  const order = orders.read();
  const last = orders.latest();
  const seen = record.heartbeat();
  if (last !== null) refuseUnlessGone(store, place, { last, seen, observer });
  const claim = (last?.number ?? 0) + 1;
  if (!orders.claim({ number: claim, host })) throw isTaken(place, null);
  // It may have slept, and woke since: then it has said so, as it does before it looks for a claim like this one.
  const now = record.heartbeat();
  if (last !== null && isNewer(now, seen) && isAlive({ heartbeat: now, startedAt: 0 }, observer)) {
    orders.giveUp(claim);
    throw isTaken(place, now);
  }
  const heartbeat = new Heartbeat({ record, host, store, claim: { orders, number: claim } });
  await heartbeat.start();
  try {
    // A run that resumes this one looks at that beat after it has begun: one of both sees the other.
    if (last !== null) await heartbeat.lookForSuccessor();
    return { order, claim, heartbeat };
  } catch (error) {
    heartbeat.stop();
    throw error;
  }
}

interface Gone {
  readonly last: NumberedClaim;
  readonly seen: HeartbeatRecord | null;
  readonly observer: Observer;
}

function refuseUnlessGone(store: Datastore, place: RunPlace, { last, seen, observer }: Gone): void {
  const { flow, run } = place;
  if (readRunHeader(store, { flow, run, observer }).finishedAt !== null) throw hasEnded(place);
  // Whoever has just become its scheduler may not have given a sign of life yet.
  const { claim } = last;
  const sign = seen !== null && seen.awaits === undefined && seen.time > claim.time ? seen : claim;
  if (isAlive({ heartbeat: sign, startedAt: claim.time }, observer)) throw isTaken(place, sign);
  const successor = findSuccessor(store, place);
  if (successor !== null) throw takenOver(place, `${flow}/${successor} has resumed it`, successor);
}

function isNewer(now: HeartbeatRecord | null, before: HeartbeatRecord | null): boolean {
  return now !== null && (before === null || now.time > before.time) && now.awaits === undefined;
}

export function hasEnded({ flow, run }: RunPlace): MillraceError {
  return new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot schedule ${flow}/${run} because it has ended`,
    hint: `status ${run} says how; resume goes on from it in a new run`,
  });
}

function isTaken({ flow, run }: RunPlace, by: Pick<HeartbeatRecord, "host" | "pid"> | null): MillraceError {
  const who = by === null ? "another process" : `process ${by.pid} on ${by.host}`;
  return new MillraceError({
    code: "MILLRACE_STILL_RUNNING",
    headline: `Cannot schedule ${flow}/${run} because ${who} has already become its scheduler`,
    hint: `status ${run} says how it goes; once that process is gone, this goes on with the run`,
  });
}
