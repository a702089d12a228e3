import type { Mail } from "./corpus.ts";

/** The number of buckets that words are hashed into. */
export const bucketCount = 2 ** 15;

/** Mails as sparse rows: row `i` is `buckets[starts[i]..starts[i + 1])` with the count of each. */
export interface Features {
  starts: Uint32Array;
  buckets: Uint16Array;
  counts: Uint8Array;
  isSpam: Uint8Array;
  isHeldOut: Uint8Array;
}

/** Counts the words of mails. */
export function featurize(mails: readonly Mail[]): Features {
  const rows = mails.map(({ text }) => countWords(text));
  const starts = new Uint32Array(rows.length + 1);
  rows.forEach((row, i) => (starts[i + 1] = (starts[i] ?? 0) + row.size));
  return {
    starts,
    buckets: Uint16Array.from(rows.flatMap((row) => [...row.keys()])),
    counts: Uint8Array.from(rows.flatMap((row) => [...row.values()])),
    isSpam: Uint8Array.from(mails, (mail) => Number(mail.isSpam)),
    isHeldOut: Uint8Array.from(mails, (mail) => Number(mail.isHeldOut)),
  };
}

/** Puts the features of several shards one below the other. */
export function concatenate(parts: readonly Features[]): Features {
  let offset = 0;
  const starts = parts.flatMap((part) => {
    const shifted = Array.from(part.starts.subarray(0, -1), (start) => start + offset);
    offset += part.buckets.length;
    return shifted;
  });
  return {
    starts: Uint32Array.from([...starts, offset]),
    buckets: Uint16Array.from(parts.flatMap((part) => [...part.buckets])),
    counts: Uint8Array.from(parts.flatMap((part) => [...part.counts])),
    isSpam: Uint8Array.from(parts.flatMap((part) => [...part.isSpam])),
    isHeldOut: Uint8Array.from(parts.flatMap((part) => [...part.isHeldOut])),
  };
}

/** The rows to learn from, or those held out. */
export function rowsOf(features: Features, options: { heldOut: boolean }): number[] {
  const wanted = Number(options.heldOut);
  return Array.from(features.isHeldOut.keys()).filter((row) => features.isHeldOut[row] === wanted);
}

/** Calls `visit` for each word bucket of one row. */
export function visitRow(features: Features, row: number, visit: (bucket: number, count: number) => void): void {
  const end = features.starts[row + 1] ?? 0;
  for (let i = features.starts[row] ?? 0; i < end; i++) visit(features.buckets[i] ?? 0, features.counts[i] ?? 0);
}

function countWords(text: string): Map<number, number> {
  const counts = new Map<number, number>();
  for (const [word] of text.toLowerCase().matchAll(/[a-z][a-z'-]{1,24}|[$!]/g)) {
    const bucket = hashWord(word);
    counts.set(bucket, Math.min(255, (counts.get(bucket) ?? 0) + 1));
  }
  return counts;
}

// FNV-1a, as it is short and spreads well.
function hashWord(word: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % bucketCount;
}
