/**
 * A place for named, immutable objects: a folder or a bucket. Keys are `/`-separated and safe as file names.
 *
 * Workers load artifacts in the middle of a synchronous expression, so everything a task does is synchronous here;
 * a storage behind a network answers these calls from a thread of its own.
 */
export interface Storage {
  /** As the user names it: a path or `s3://bucket/prefix`. */
  readonly location: string;
  /** The whole object, or null if there is none. */
  read(key: string): Uint8Array | null;
  /** Opens an object for reading in parts, or null if there is none. */
  open(key: string): ObjectReader | null;
  has(key: string): boolean;
  /** Appears whole or not at all, whenever the process dies; replaces what was there. */
  write(key: string, chunks: readonly Uint8Array[]): void;
  /** Like `write`, but leaves an existing object alone; says whether it wrote. */
  create(key: string, chunks: readonly Uint8Array[]): boolean;
  /** Names directly below a prefix, sorted: objects and, with a trailing `/`, prefixes. Empty if there are none. */
  list(prefix: string): string[];
  remove(key: string): void;
  /** Adds to the end of an object; each call's bytes stay together. */
  append(key: string): Appender;
}

export interface ObjectReader {
  readonly size: number;
  /** Fills the target from a position, or throws. */
  read(target: Uint8Array, position: number): void;
  /** At most `count` bytes from a position; fewer only where the object ends, also if it grew since it was opened. */
  readUpTo(count: number, position: number): Buffer;
  close(): void;
}

export interface Appender {
  append(bytes: Uint8Array | string): void;
  close(): void;
}
