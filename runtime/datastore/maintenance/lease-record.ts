import { MillraceError } from "../../../sdk/base/errors.ts";
import type { Observer } from "../reader/liveness.ts";
import { largest } from "../../../sdk/base/extremes.ts";
import type { Storage } from "../storage.ts";

export const LEASE_FORMAT = 1;

/** `gc/lease-<number>.json`: who collects garbage, or did so last. */
export interface LeaseRecord {
  readonly format: typeof LEASE_FORMAT;
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** By the holder's clock. */
  readonly renewedAt: number;
  /** The folder of blobs from which it may remove just now. */
  readonly sweeping: string | null;
  /** Null while it is at work. */
  readonly endedAt: number | null;
}

export interface HeldLease {
  readonly number: number;
  readonly record: LeaseRecord;
}

export function leaseKey(number: number): string {
  return `gc/lease-${number}.json`;
}

/** True where the process is known to be gone. */
export function isDead({ host, pid }: LeaseRecord, observer: Observer): boolean {
  return host === observer.host && !observer.hasProcess(pid);
}

/** The lease that counts; null where garbage was never collected. */
export function latestLease(storage: Storage): HeldLease | null {
  for (;;) {
    const numbers = storage.list("gc").map((name) => Number(/^lease-(\d{1,15})\.json$/.exec(name)?.[1] ?? 0));
    const number = largest([0, ...numbers]);
    if (number === 0) return null;
    const bytes = storage.read(leaseKey(number));
    // Removed in between: a later one counts.
    if (bytes !== null) return { number, record: parsed(bytes, number) };
  }
}

function parsed(bytes: Uint8Array, number: number): LeaseRecord {
  const record = jsonOf(bytes);
  if (record?.format === LEASE_FORMAT && typeof record.id === "string") return record as LeaseRecord;
  if (typeof record?.format === "number" && record.format > LEASE_FORMAT) throw newer(number, record.format);
  // Damaged from outside: whoever held it renews it in seconds, or is gone.
  return { format: LEASE_FORMAT, id: "", host: "", pid: 0, renewedAt: 0, sweeping: null, endedAt: null };
}

function jsonOf(bytes: Uint8Array): (Partial<Omit<LeaseRecord, "format">> & { format?: unknown }) | null {
  try {
    return JSON.parse(Buffer.from(bytes).toString()) as Partial<LeaseRecord> | null;
  } catch {
    return null;
  }
}

function newer(number: number, seen: number): MillraceError {
  return new MillraceError({
    code: "MILLRACE_NEWER_FORMAT",
    headline: `Cannot read ${leaseKey(number)} because a newer Millrace wrote it: format ${seen}, this one knows ${LEASE_FORMAT}`,
    hint: "update the package millrace",
  });
}
