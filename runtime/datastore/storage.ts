import type { HashedBytes } from "./files/hashed-copy.ts";

/**
 * A place for named objects: a folder or a bucket. Keys are `/`-separated and safe as file names: another one is refused
 * (`key.ts`), and what a listing shows has such keys alone. Objects are regular files; no link is followed.
 *
 * Workers load artifacts in the middle of a synchronous expression, so everything a task does is synchronous here;
 * a storage behind a network answers these calls from a thread of its own, takes in beforehand what is announced by
 * `ahead`, and lets `deposit` and `append` go on in the background.
 */
export interface Storage {
  /** As the user names it: a path or `s3://bucket/prefix`. */
  readonly location: string;
  /** The folder on this machine that holds the objects as files; null where there is none. */
  readonly folder: string | null;
  /** Each call is a request over a network: what is needed soon is worth announcing. */
  readonly isRemote: boolean;
  /** An object that grows is cheap to append to up to this size; a writer with a choice then begins another. */
  readonly segmentBytes: number;
  /**
   * The whole object, or null if there is none. One that is too large for a record (`whole-object.ts`) is refused.
   * @throws for the key of something that grows, see `growing-keys.ts`: a journal or log may be larger than memory
   */
  read(key: string): Uint8Array | null;
  /** Like `read`, but in the background where each call is a request. */
  readSoon(key: string): (Uint8Array | null) | Promise<Uint8Array | null>;
  /** Opens an object for reading in parts, or null if there is none. */
  open(key: string): ObjectReader | null;
  /** Like `open`, but in the background where each call is a request. */
  openSoon(key: string): (ObjectReader | null) | Promise<ObjectReader | null>;
  /** Reads an object that others append to, now or later, piece by piece. */
  tail(key: string): Tail;
  /** The last bytes of an object that was appended to, at least `count` of them if it has as many; null if there is none. */
  end(key: string, count: number): ObjectEnd | null;
  has(key: string): boolean;
  /** Appears whole or not at all, whenever the process dies; replaces what was there. */
  write(key: string, chunks: readonly Uint8Array[]): void;
  /** Like `write`, but in the background where each call is a request: a promise then says when it is done. */
  writeSoon(key: string, chunks: readonly Uint8Array[]): void | Promise<void>;
  /** Like `write`, but leaves an existing object alone; says whether it wrote. */
  create(key: string, chunks: readonly Uint8Array[]): boolean;
  /**
   * Begins to store bytes that their key names. They may be changed as soon as this returns, and are stored when `flush`
   * returns. Equal bytes that are there already are left, but made to look recent if they are old: see `StoredObject`.
   */
  deposit(key: string, chunks: readonly Uint8Array[]): void;
  /**
   * Stores a file of this machine, piece by piece and in the background, under a key that its content names. What is there
   * already is left, as by `deposit`.
   * @throws MillraceError `MILLRACE_FILE` if there is no such file, it is not a regular file, or it changes meanwhile
   */
  takeFile(file: string, keyOf: (hash: string) => string): Promise<HashedBytes>;
  /**
   * Puts a copy of an object as a read-only file there, its bytes checked; in the background. A file that lies there already
   * is left: it does if it has these bytes.
   */
  placeFile(key: string, as: PlacedFile): Promise<Placing>;
  /**
   * Makes objects look recent that are old, many at once, as a deposit of the same bytes would: whoever is about to name
   * them keeps them so.
   * @returns those that are not there, or that only a deposit can make look recent
   * @throws MillraceError `MILLRACE_STORAGE` for those that are there and cannot be written anew
   */
  touch(keys: readonly string[]): readonly string[];
  /**
   * Waits until all deposits and appended bytes are stored, or throws what went wrong with one of them.
   * @returns keys of old objects that were only made to look recent since the last flush
   */
  flush(): readonly string[];
  /** Names directly below a prefix, sorted: objects and, with a trailing `/`, prefixes. Empty if there are none. */
  list(prefix: string): string[];
  /** Every object whose key begins with `prefix/`, in no particular order, also what an interrupted writer left. */
  walk(prefix: string): Iterable<StoredObject>;
  /** Removes objects; those that are not there count as removed. */
  remove(keys: readonly string[]): void;
  /** Gives up uploads that an interrupted writer began before that time and that `walk` does not show; says how many. */
  abandonUploads(before: number): number;
  /** Adds to the end of an object; each call's bytes stay together. One writer an object. */
  append(key: string, options?: AppendOptions): Appender;
  /**
   * Announces calls that will follow soon, so that they can be answered together. What another process writes within
   * the next seconds may be missing from the answer; what this one writes is not.
   */
  ahead(wants: readonly Want[]): void;
  /** Stores what is on its way and frees what this holds; nothing can be asked of it after. */
  close(): void;
  /** Where prefixes are folders: removes those below this one that hold no object, and itself if it holds none. */
  removeEmpty?(prefix: string): void;
  /** What lies below these prefixes and is no object: links, pipes, devices, names that are no part of a key. */
  foreign?(prefixes: readonly string[]): Iterable<ForeignThing>;
  /** Gives up the copy of an object that is kept on this machine; says whether there was one. */
  dropCopy?(key: string): boolean;
}

export interface AppendOptions {
  /**
   * So long bytes may wait for more to come, where each write costs a request.
   * @defaultValue 0
   */
  readonly delayMs?: number;
  /** Only its owner and the owner's group may read it, where the storage has such a thing. */
  readonly isPrivate?: boolean;
}

/** A place on this machine, and the bytes that are wanted there. */
export interface PlacedFile {
  readonly file: string;
  /** Their SHA-256. */
  readonly hash: string;
}

/** What became of it: there is no such object, it has other bytes, the disk does not take it, or something else lies there. */
export type Placing = "placed" | "missing" | "damaged" | "no room" | "occupied";

/** A call that will follow. */
export type Want =
  | { readonly op: "read" | "open" | "list" | "tail"; readonly key: string }
  | { readonly op: "end"; readonly key: string; readonly count: number };

export interface StoredObject {
  readonly key: string;
  readonly size: number;
  /** When it was stored or deposited anew, give or take half an hour; in milliseconds since 1970, by the storage's own clock. */
  readonly modifiedAt: number;
}

export interface ObjectReader {
  readonly size: number;
  /** Fills the target from a position, or throws. */
  read(target: Uint8Array, position: number): void;
  /** Like `read`, but in the background where each call is a request: a promise then says when it is done. */
  readSoon(target: Uint8Array, position: number): void | Promise<void>;
  /** At most `count` bytes from a position; fewer only where the object ends, also if it grew since it was opened. */
  readUpTo(count: number, position: number): Buffer;
  close(): void;
}

/** What is no object. */
export interface ForeignThing {
  readonly key: string;
  /** To be read behind its key: `it is a link`. */
  readonly seen: string;
  /** What it leads to may be data of the store that somebody moved elsewhere. */
  readonly isLink: boolean;
}

/** A place in a growing object. */
export interface Tail {
  /**
   * What comes next, from the beginning at first, and nothing while there is no such object. It has a MiB at most from a
   * disk; from a bucket it is a part as it was stored, up to 64 MiB where large parts were copied there.
   */
  next(): Piece;
  /** The same, in the background where each call is a request; not before the last such call is answered. */
  nextSoon(): Piece | Promise<Piece>;
}

export interface Piece {
  readonly bytes: Buffer;
  /** True if there were no more bytes than these. */
  readonly isLast: boolean;
}

export interface ObjectEnd {
  readonly bytes: Buffer;
  /** True if the object has no more bytes than these. */
  readonly isWhole: boolean;
}

export interface Appender {
  /**
   * Adds bytes. Where the storage is a disk they are stored on return; elsewhere a promise says when, and rejects if
   * they cannot be. After a failure nothing more is stored: it would look whole behind a part.
   */
  append(bytes: Uint8Array | string): void | Promise<void>;
  /** Stores what is still on its way; on a disk nothing is. */
  flush(): void;
  /** Frees it; what is on its way is still stored, before anything that is appended anywhere from now on. */
  close(): void;
}
