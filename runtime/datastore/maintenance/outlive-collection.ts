import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { thisMachine } from "../reader/is-alive.ts";
import type { Storage } from "../storage.ts";
import type { LeaseRecord } from "../kinds/gc.ts";
import { isDead, latestLease } from "./held-lease.ts";

const LOOK_AGAIN_MS = 200;
/** A lease that does not change for so long, by the clock of the one who waits, has no holder any more. */
const SILENT_MS = 5 * 60_000;
/** For a first look, as the clocks of two machines may differ. */
const CLOCK_ERROR_MS = 10 * 60_000;
/** Nobody holds on to an object unfinished for so long. */
const DAY_MS = 24 * 3_600_000;

/**
 * For a writer that relies on old objects which it only made to look recent: a gc that listed them before may remove
 * them yet. Waits until that is decided.
 * @throws MillraceError `MILLRACE_COLLECTED` if one is gone
 */
export function outliveCollection(storage: Storage, keys: readonly string[]): void {
  const last = waitWhile(storage, ({ sweeping }) =>
    keys.some((key) => sweeping !== null && key.startsWith(`${sweeping}/`)),
  );
  if (last === null || Date.now() - (last.endedAt ?? last.renewedAt) > DAY_MS) return;
  refuseIfGone(storage, keys);
}

/** A name for the time since the last gc; null while one is at work. */
export function timeBetweenGcs(storage: Storage): string | null {
  const latest = latestLease(storage);
  if (latest === null) return "";
  return isAtWork(latest.record) ? null : latest.record.id;
}

/**
 * For a writer that took over what others stored, at a time when no gc was at work: one that began since may not have seen it.
 * @throws MillraceError `MILLRACE_COLLECTED` if an object is gone
 */
export function outliveGcsSince(
  storage: Storage,
  { time, keys }: { time: string; keys: () => Iterable<string> },
): void {
  if (timeBetweenGcs(storage) === time) return;
  waitWhile(storage, () => true);
  refuseIfGone(storage, [...keys()]);
}

/** Gives the lease that counts then. The wait blocks: whoever stores artifacts is in the middle of a synchronous call. */
function waitWhile(storage: Storage, isInTheWay: (lease: LeaseRecord) => boolean): LeaseRecord | null {
  let seen = "";
  let seenAt = 0;
  for (;;) {
    const lease = latestLease(storage)?.record ?? null;
    if (lease === null || !isAtWork(lease) || !isInTheWay(lease)) return lease;
    const now = JSON.stringify(lease);
    if (now !== seen) [seen, seenAt] = [now, performance.now()];
    else if (performance.now() - seenAt > SILENT_MS) return lease;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_AGAIN_MS);
  }
}

function isAtWork(lease: LeaseRecord): boolean {
  if (lease.endedAt !== null || isDead(lease, thisMachine)) return false;
  return Date.now() - lease.renewedAt < SILENT_MS + CLOCK_ERROR_MS;
}

function refuseIfGone(storage: Storage, keys: readonly string[]): void {
  const gone = keys.filter((key) => !storage.has(key));
  const [first] = gone;
  if (first === undefined) return;
  throw new MillraceError({
    code: "MILLRACE_COLLECTED",
    headline: `Cannot store what the step left because gc has just removed a part of it: ${first}`,
    details: gone.length > 1 ? [`${gone.length} parts are gone`] : [],
    hint: "run the step again: resume the run, or give the step @retry",
  });
}
