import { randomBytes } from "node:crypto";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { type Observer, thisMachine } from "../reader/is-alive.ts";
import type { Storage } from "../storage.ts";
import { LEASE_FORMAT, type LeaseRecord } from "../kinds/gc.ts";
import { type HeldLease, isDead, latestLease, leaseKey } from "./held-lease.ts";

/** How often the holder says that it is at work. */
const RENEW_MS = 10_000;
/** After so long without a word a lease may be taken over. */
const SILENT_MS = 5 * 60_000;
/** The holder gives up before anybody may think so. */
const GIVE_UP_MS = 4 * 60_000;

/**
 * Takes the right to remove, which one process has. Leases are numbered and the highest counts, so each takeover has one winner.
 * @throws MillraceError `MILLRACE_GC_RUNNING` if another process has it
 */
export function takeLease(storage: Storage, observer: Observer = thisMachine): Lease {
  const last = latestLease(storage);
  if (last !== null && !isOver(storage, { last, observer })) throw running(last.record);
  const number = (last?.number ?? 0) + 1;
  const record: LeaseRecord = {
    format: LEASE_FORMAT,
    id: randomBytes(8).toString("hex"),
    host: observer.host,
    pid: process.pid,
    renewedAt: observer.now(),
    sweeping: null,
    endedAt: null,
  };
  storage.create(leaseKey(number), [bytesOf(record)]);
  const winner = latestLease(storage);
  if (winner?.record.id !== record.id) throw running(winner?.record ?? record);
  const objects = [...storage.walk("gc")];
  const own = leaseKey(number);
  storage.remove(objects.map(({ key }) => key).filter((key) => key !== own && isLeftover(key)));
  const takenAt = objects.find(({ key }) => key === own)?.modifiedAt ?? observer.now();
  return new Lease({ storage, observer, number, record, takenAt });
}

interface LeaseParts {
  readonly storage: Storage;
  readonly observer: Observer;
  readonly number: number;
  readonly record: LeaseRecord;
  readonly takenAt: number;
}

/** Held by the one process that may remove things. */
export class Lease {
  /** When it was taken, by the storage's own clock. */
  readonly takenAt: number;
  readonly #storage: Storage;
  readonly #observer: Observer;
  readonly #number: number;
  #record: LeaseRecord;

  constructor({ storage, observer, number, record, takenAt }: LeaseParts) {
    this.takenAt = takenAt;
    this.#storage = storage;
    this.#observer = observer;
    this.#number = number;
    this.#record = record;
  }

  /**
   * Called before anything is removed, and now and then in between.
   * @param sweeping - the folder of blobs that are removed from now on; null for none
   * @throws MillraceError `MILLRACE_GC_LOST` if another process may have taken the lease over
   */
  hold(sweeping: string | null = this.#record.sweeping): void {
    const renewedAt = this.#observer.now();
    const silentMs = renewedAt - this.#record.renewedAt;
    if (silentMs > GIVE_UP_MS) throw lost(`nothing was heard of this one for ${Math.round(silentMs / 1000)} s`);
    if (silentMs < RENEW_MS && sweeping === this.#record.sweeping) return;
    const latest = latestLease(this.#storage);
    if (latest?.record.id !== this.#record.id) throw lost("another one has begun");
    this.#write({ ...this.#record, renewedAt, sweeping });
  }

  /** What is left says when the last collection ended. */
  end(): void {
    const latest = latestLease(this.#storage);
    if (latest?.record.id !== this.#record.id) return;
    this.#write({ ...this.#record, sweeping: null, endedAt: this.#observer.now() });
  }

  #write(record: LeaseRecord): void {
    this.#storage.write(leaseKey(this.#number), [bytesOf(record)]);
    this.#record = record;
  }
}

/** @throws MillraceError `MILLRACE_GC_RUNNING` if somebody removes things now; nothing is written to find out */
export function refuseBesideGc(storage: Storage, observer: Observer = thisMachine): void {
  const last = latestLease(storage);
  if (last === null || last.record.endedAt !== null || isDead(last.record, observer)) return;
  if (observer.now() - last.record.renewedAt < SILENT_MS) throw running(last.record);
}

/** Ages are told by the storage's clock: those of two machines may differ. */
function isOver(storage: Storage, { last, observer }: { last: HeldLease; observer: Observer }): boolean {
  if (last.record.endedAt !== null || isDead(last.record, observer)) return true;
  const probe = `gc/look-${randomBytes(8).toString("hex")}.json`;
  storage.write(probe, [Buffer.from("{}\n")]);
  try {
    const times = new Map([...storage.walk("gc")].map(({ key, modifiedAt }) => [key, modifiedAt]));
    const now = times.get(probe);
    const renewedAt = times.get(leaseKey(last.number));
    return now !== undefined && renewedAt !== undefined && now - renewedAt > SILENT_MS;
  } finally {
    storage.remove([probe]);
  }
}

/** Of earlier collections; `removing.json` is not: it says what one of them was about to remove. */
function isLeftover(key: string): boolean {
  return /^gc\/(lease-\d+\.json|look-\w+\.json|\.tmp-.*)$/.test(key);
}

function bytesOf(record: LeaseRecord): Uint8Array {
  return Buffer.from(`${JSON.stringify(record)}\n`);
}

function running({ host, pid }: LeaseRecord): MillraceError {
  return new MillraceError({
    code: "MILLRACE_GC_RUNNING",
    headline: `Cannot collect garbage because another gc is running in this datastore: process ${pid} on ${host}`,
    hint: "wait until it ends; if it was killed on another machine, its lease expires after 5 minutes",
  });
}

function lost(seen: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_GC_LOST",
    headline: `Cannot go on collecting garbage because another gc may have started: ${seen}`,
    details: ["what was removed so far was garbage; nothing else was touched"],
    hint: "run gc again",
  });
}
