import type { ErrorParts } from "../../../sdk/base/millrace-error.ts";
import type { Fetching } from "../objects/fetch-file.ts";
import type { TailAnswer, TailPlace } from "../objects/tail-place.ts";
import type { StoredObject, Want } from "../storage.ts";

/** What the thread that talks to a bucket can be asked for: arguments and answer of each call. */
export interface Calls {
  read: Call<{ key: string }, Uint8Array | null>;
  open: Call<{ key: string }, Opened | null>;
  /** The next bytes of an opened object, in order; null behind the last. */
  more: Call<{ stream: number }, Uint8Array | null>;
  close: Call<{ stream: number }, undefined>;
  /** Fewer bytes where the object ends. */
  range: Call<{ key: string; position: number; count: number }, Uint8Array | null>;
  tail: Call<{ key: string; place: TailPlace }, TailAnswer>;
  end: Call<{ key: string; count: number }, { bytes: Uint8Array; isWhole: boolean } | null>;
  has: Call<{ key: string }, boolean>;
  write: Call<{ key: string; bytes: Uint8Array }, undefined>;
  create: Call<{ key: string; bytes: Uint8Array }, boolean>;
  list: Call<{ prefix: string }, string[]>;
  walk: Call<{ prefix: string; after: string | null }, { objects: StoredObject[]; after: string | null }>;
  remove: Call<{ keys: readonly string[] }, undefined>;
  abandonUploads: Call<{ before: number }, number>;
  deposit: Call<{ key: string; bytes: Uint8Array }, undefined>;
  /** Answers with the size of the parts in which the bytes are wanted, or null if none are. */
  depositLarge: Call<{ key: string; size: number }, { upload: number; partBytes: number } | null>;
  depositPart: Call<{ upload: number; index: number; bytes: Uint8Array }, undefined>;
  depositEnd: Call<{ upload: number }, undefined>;
  /** Stores a file of this machine; false if its content is another one. */
  depositFile: Call<{ key: string; file: string; hash: string; size: number }, boolean>;
  /** Answers with the keys of those that have to be deposited. */
  touch: Call<{ keys: readonly string[] }, readonly string[]>;
  openAppender: Call<{ key: string; delayMs: number }, number>;
  /** Answers when the bytes are stored. */
  append: Call<{ appender: number; bytes: Uint8Array }, undefined>;
  flushAppender: Call<{ appender: number }, undefined>;
  closeAppender: Call<{ appender: number }, undefined>;
  /** Answers with the keys that were only made to look recent. */
  flush: Call<Record<string, never>, readonly string[]>;
  ahead: Call<{ wants: readonly Want[] }, undefined>;
  /** Stores an object as a file, if there is one, with that hash, and not larger. */
  fetch: Call<{ key: string; file: string; hash: string; maxBytes: number }, Fetching>;
  /** Removes the files used longest ago until all together are within the limit. */
  trim: Call<{ folder: string; limit: number }, undefined>;
}

interface Call<Args, Answer> {
  readonly args: Args;
  readonly answer: Answer;
}

export type CallName = keyof Calls;

export interface Opened {
  readonly size: number;
  /** Its first bytes; all of them where it is small. */
  readonly bytes: Uint8Array;
  readonly stream: number;
}

export interface CallMessage<Name extends CallName = CallName> {
  readonly id: number;
  readonly name: Name;
  readonly args: Calls[Name]["args"];
}

export interface AnswerMessage {
  readonly id: number;
  readonly answer?: unknown;
  readonly failure?: ErrorParts;
}

/** Given to the thread when it starts. */
export interface ThreadSetup<Settings = unknown> {
  readonly location: string;
  /** What its program has to know of the service. */
  readonly settings: Settings;
  /** Two 32-bit numbers: one counts answers, the other shows that the thread is alive. */
  readonly signal: SharedArrayBuffer;
}
