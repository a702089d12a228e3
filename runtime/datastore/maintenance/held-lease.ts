import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { LEASE_FORMAT, type LeaseRecord, parseLease } from "../kinds/gc.ts";
import { formatIn } from "../parse-record.ts";
import type { Observer } from "../reader/is-alive.ts";
import { largest } from "../../../sdk/base/largest.ts";
import type { Storage } from "../storage.ts";

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
  const text = Buffer.from(bytes).toString();
  const format = formatIn(text);
  if (typeof format === "number" && format > LEASE_FORMAT) throw newer(number, format);
  try {
    return parseLease(text, leaseKey(number));
  } catch {
    // Damaged from outside: whoever held it renews it in seconds, or is gone.
    return { format: LEASE_FORMAT, id: "", host: "", pid: 0, renewedAt: 0, sweeping: null, endedAt: null };
  }
}

function newer(number: number, seen: number): MillraceError {
  return new MillraceError({
    code: "MILLRACE_NEWER_FORMAT",
    headline: `Cannot read ${leaseKey(number)} because a newer Millrace wrote it: format ${seen}, this one knows ${LEASE_FORMAT}`,
    hint: "update the package millrace",
  });
}
