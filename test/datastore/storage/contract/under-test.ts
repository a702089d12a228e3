import type { Storage } from "../../../../runtime/datastore/storage.ts";

/** An empty storage that belongs to one test. */
export interface StorageUnderTest {
  /** A further handle on the same objects, as another process has it. */
  open(): Storage;
  /** How another process opens it; null where the objects live in this one alone. */
  readonly elsewhere: Elsewhere | null;
}

export interface Elsewhere {
  readonly location: string;
  readonly isDurable?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

export type MakeStorage = () => StorageUnderTest | Promise<StorageUnderTest>;

/** Names that trip up file systems, URLs and XML; all may be part of a key. */
export const ODD_KEYS: readonly string[] = [
  "odd/a b",
  "odd/ä/ö/日本語",
  "odd/100%",
  "odd/%2F%20",
  "odd/1+1",
  "odd/a&b<c>d",
  "odd/#top",
  "odd/?versionId=1",
  "odd/'\"`",
  "odd/..dots..",
  "odd/=$@!(){}[],;",
  "odd/emoji😀",
];

export function bytesOf(text: string): Uint8Array {
  return Buffer.from(text);
}

export function textOf(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString();
}

/** Bytes that differ at every place and from seed to seed. */
export function pattern(size: number, seed = 0): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  let state = (seed + 1) * 2654435761;
  for (let at = 0; at < size; at += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}
