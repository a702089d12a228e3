import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { allPages } from "./all-pages.ts";
import type { ObjectStore } from "./object-store.ts";

/**
 * A bucket cannot append, so an object grows by being written anew, up to this size; then it is continued in `KEY.000001`,
 * and so on, and says so in its metadata.
 */
const PART_BYTES = 128 * 1024;

export function partKey(key: string, index: number): string {
  return index === 0 ? key : `${key}.${String(index).padStart(6, "0")}`;
}

/** The index of a part of `key` by its name; null for the name of something else. */
export function partIndex(key: string, name: string): number | null {
  if (name === key) return 0;
  const suffix = name.startsWith(`${key}.`) ? name.slice(key.length + 1) : "";
  return /^\d{6,}$/.test(suffix) ? Number(suffix) : null;
}

interface Waiting {
  readonly bytes: Uint8Array;
  readonly after: readonly Promise<void>[];
  resolve(): void;
  reject(error: unknown): void;
}

/** Appends to one object: what comes while one write is under way is stored together by the next. */
export class GrownObject {
  readonly key: string;
  readonly #objects: ObjectStore;
  readonly #delayMs: number;
  #index = 0;
  #part: Uint8Array[] = [];
  #size = 0;
  /** Of the part as it is stored; null for one that is not there yet. */
  #etag: string | null = null;
  #waiting: Waiting[] = [];
  #failure: unknown = null;
  #pumping: Promise<void> | null = null;
  #hurry: (() => void) | null = null;
  #isFirst = true;

  /** @param options - `delayMs`: so long bytes may wait for more to come */
  constructor(objects: ObjectStore, { key, delayMs }: { key: string; delayMs: number }) {
    this.#objects = objects;
    this.key = key;
    this.#delayMs = delayMs;
  }

  /** @param after - what has to be over before, however it ends */
  append(bytes: Uint8Array, after: readonly Promise<void>[] = []): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bytes, after, resolve, reject });
      this.#pumping ??= this.#pump();
    });
  }

  /** Resolves when nothing is on its way any more, whether it was stored or not: `append` tells that. */
  async settle(): Promise<void> {
    this.#hurry?.();
    await this.#pumping;
  }

  async #pump(): Promise<void> {
    while (this.#waiting.length > 0) {
      if (this.#delayMs > 0) await this.#pause();
      const batch = this.#waiting;
      this.#waiting = [];
      await Promise.allSettled(batch.flatMap(({ after }) => after));
      try {
        for (const { bytes } of batch) {
          this.#part.push(bytes);
          this.#size += bytes.byteLength;
        }
        await this.#store();
        for (const { resolve } of batch) resolve();
      } catch (error) {
        // More would look whole behind a part that is missing.
        this.#failure = error;
        for (const { reject } of [...batch, ...this.#waiting]) reject(error);
        this.#waiting = [];
      }
    }
    // At once: whoever was just told that its bytes are stored may append more before anything else happens.
    this.#pumping = null;
  }

  async #pause(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#delayMs);
      this.#hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#hurry = null;
  }

  async #store(): Promise<void> {
    const continues = this.#size >= PART_BYTES;
    const bytes = Buffer.concat(this.#part);
    const onlyIf = this.#etag === null ? "absent" : { etag: this.#etag };
    const etag = await this.#objects.put(partKey(this.key, this.#index), bytes, { onlyIf, continues });
    if (etag === null) {
      if (!this.#isFirst) throw contested(this.key);
      await this.#takeUp(bytes);
      return this.#store();
    }
    this.#isFirst = false;
    this.#etag = continues ? null : etag;
    this.#part = continues ? [] : [bytes];
    this.#size = continues ? 0 : bytes.byteLength;
    if (continues) this.#index += 1;
  }

  /** An object that an earlier writer left is continued behind its last byte. */
  async #takeUp(fresh: Uint8Array): Promise<void> {
    this.#isFirst = false;
    const { objects: parts } = await allPages(this.#objects, this.key);
    this.#index = parts.reduce((last, { key }) => Math.max(last, partIndex(this.key, key) ?? 0), 0);
    const last = await this.#objects.get(partKey(this.key, this.#index));
    if (last === null) throw contested(this.key);
    if (last.continues) this.#index += 1;
    this.#etag = last.continues ? null : last.etag;
    this.#part = last.continues ? [fresh] : [last.bytes, fresh];
    this.#size = this.#part.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }
}

function contested(key: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_STORAGE",
    headline: `Cannot write ${key} because another process has written to it meanwhile`,
    hint: "is the same run going on elsewhere? Only one process may write it",
  });
}
