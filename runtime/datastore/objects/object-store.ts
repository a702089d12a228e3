import type { StoredObject } from "../storage.ts";

/**
 * A service for named objects, one request a call: no appending, no folders, no second try. Whatever a datastore needs
 * beyond that is common to all of them and lies beside this file. Keys are those of the datastore.
 *
 * A call that fails throws an {@link ObjectFailure}, which says whether another try may go well.
 */
export interface ObjectStore {
  /** Of an object that is uploaded in parts. */
  readonly maxParts: number;
  /**
   * The whole object, its bytes checked; null if there is none, or it is still the one with the tag `unless`. Of one that
   * is larger than `maxBytes` no bytes are read.
   */
  get(key: string, options?: GetOptions): Promise<Fetched | null>;
  /** Some of its bytes, which are not checked; null if there is no such object, or it ends before them. */
  range(key: string, range: Range): Promise<Fetched | null>;
  /** What is known of an object; null if there is none. */
  head(key: string): Promise<Head | null>;
  /** Stores a whole object, and gives its tag; null if the condition did not hold. */
  put(key: string, bytes: Uint8Array, options?: PutOptions): Promise<string | null>;
  /** Makes an object look recent. False if there is none, or the service cannot do so with an object of that size. */
  touch(key: string, size: number): Promise<boolean>;
  /** One page of objects whose key begins so, in the order of their keys; without what is no key. */
  page(prefix: string, options?: ObjectPageOptions): Promise<ObjectPage>;
  /** Removes up to 1,000 objects; those that are not there count as removed. */
  remove(keys: readonly string[]): Promise<void>;
  /** Begins an object that comes in parts. */
  upload(key: string): Promise<Upload>;
  /** One page of uploads that were begun and neither completed nor given up. */
  uploads(after: UploadName | null): Promise<UploadPage>;
  /** Gives up an upload. */
  abandon(upload: UploadName): Promise<void>;
}

export interface ObjectFacts {
  readonly size: number;
  /** Another one whenever the bytes are others. */
  readonly etag: string;
  /** In milliseconds since 1970, by the service's clock. */
  readonly modifiedAt: number;
  /** It grew, and goes on in another object. */
  readonly continues: boolean;
}

export interface Fetched extends ObjectFacts {
  readonly bytes: Uint8Array;
}

export interface Head extends ObjectFacts {
  /** Names the write that made it. */
  readonly write: string | undefined;
}

export interface GetOptions {
  readonly unless?: string | null;
  /** @defaultValue Infinity */
  readonly maxBytes?: number;
}

export interface Range {
  readonly position: number;
  readonly count: number;
  /** Of this object alone: another one is a failure. */
  readonly etag?: string | undefined;
}

export interface PutOptions {
  /** Only if there is no such object, or only if it is still the one with that tag. */
  readonly onlyIf?: "absent" | { readonly etag: string };
  readonly continues?: boolean;
  /** Names this write: a try that meets its own effect recognizes it. */
  readonly write?: string;
}

export interface ObjectPageOptions {
  /** What follows the first such character counts as one prefix. */
  readonly delimiter?: string;
  /** Where the page before this one ended. */
  readonly after?: string | null;
}

export interface ObjectPage {
  readonly objects: readonly StoredObject[];
  /** Prefixes up to the delimiter, where there is one. */
  readonly prefixes: readonly string[];
  readonly after: string | null;
}

/** An object that comes in parts, which may be sent at the same time; it is there once it is complete. */
export interface Upload extends UploadName {
  part(index: number, bytes: Uint8Array): Promise<void>;
  /** False if there is no such upload any more. */
  complete(): Promise<boolean>;
  /** Gives it up at once, with no further try: what is left of it goes when the datastore is cleaned. */
  abandon(): Promise<void>;
}

export interface UploadName {
  readonly key: string;
  readonly id: string;
}

export interface UploadPage {
  readonly uploads: readonly (UploadName & { readonly begunAt: number })[];
  readonly after: UploadName | null;
}
