import type { Blobs } from "../datastore/blobs.ts";
import type { Redactor } from "./redactor.ts";

/** Looked through of each value, in some 30 ms: its texts come first. */
const MOST_BYTES = 4 * 1024 * 1024;

export interface SecretWatch {
  /** Asked at each value; null while there is nothing to look for. */
  redactor(): Redactor | null;
  /** A value that is about to be stored holds a secret; told once for each name, the items of a list being one. */
  onFound(name: string): void;
}

/** The same blobs, told of values that hold a secret: those are stored as they are. */
export function watchedBlobs(blobs: Blobs, watch: SecretWatch): Blobs {
  const told = new Set<string>();
  return {
    ...blobs,
    encoded(name, chunks) {
      const redactor = watch.redactor();
      if (redactor === null) return;
      const whole = name.replace(/\[\d+\]$/, "");
      if (told.has(whole) || !redactor.finds(chunks, MOST_BYTES)) return;
      told.add(whole);
      watch.onFound(whole);
    },
  };
}
