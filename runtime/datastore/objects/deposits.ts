import { brokenInvariant } from "../../../sdk/base/millrace-error.ts";
import type { ObjectStore } from "./object-store.ts";
import { PIECE_BYTES } from "./ordered-ranges.ts";
import { PartedObject } from "./parted-object.ts";

/**
 * What is older is made to look recent when it is deposited again: what cleans the store takes its time from that. What
 * was recent is taken for granted for half of it; the cleaning leaves more than both together.
 */
const FRESH_MS = 30 * 60_000;
/** Keys that are remembered. */
const MAX_KNOWN = 100_000;
const TOUCHED_AT_ONCE = 64;

/** Stores objects whose key names their bytes. */
export class Deposits {
  readonly #objects: ObjectStore;
  /** When each was last known to be there and recent. */
  readonly #known = new Map<string, number>();
  readonly #uploads = new Map<number, PartedObject>();
  #refreshed: string[] = [];
  #count = 0;

  constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  async small(key: string, bytes: Uint8Array): Promise<void> {
    if (this.#isKnown(key)) return;
    if ((await this.#objects.put(key, bytes, { onlyIf: "absent" })) === null) {
      const there = await this.#objects.head(key);
      if (there?.size !== bytes.byteLength) await this.#objects.put(key, bytes);
      else if (isOld(there.modifiedAt)) {
        await this.#objects.put(key, bytes);
        this.#refreshed.push(key);
      }
    }
    this.#known.set(key, Date.now());
  }

  /** Null if the object is there already. */
  async large(key: string, size: number): Promise<{ upload: number; partBytes: number } | null> {
    if (this.#isKnown(key)) return null;
    const there = await this.#objects.head(key);
    if (there?.size === size && (!isOld(there.modifiedAt) || (await this.#refresh(key, size)))) {
      this.#known.set(key, Date.now());
      return null;
    }
    const id = ++this.#count;
    this.#uploads.set(id, await PartedObject.begin(this.#objects, key));
    return { upload: id, partBytes: Math.max(PIECE_BYTES, Math.ceil(size / this.#objects.maxParts)) };
  }

  part(upload: number, index: number, bytes: Uint8Array): Promise<void> {
    return this.#upload(upload).part(index, bytes);
  }

  async end(upload: number): Promise<void> {
    const one = this.#upload(upload);
    this.#uploads.delete(upload);
    await one.end();
    this.#known.set(one.key, Date.now());
  }

  /** Stores nothing of what came in parts. */
  async giveUp(upload: number): Promise<void> {
    const one = this.#upload(upload);
    this.#uploads.delete(upload);
    await one.giveUp();
  }

  /** Makes objects look recent; gives the keys of those that have to be deposited for that. */
  async touch(keys: readonly string[]): Promise<readonly string[]> {
    const missing: string[] = [];
    for (let at = 0; at < keys.length; at += TOUCHED_AT_ONCE) {
      const touched = keys.slice(at, at + TOUCHED_AT_ONCE).map(async (key) => {
        if (!(await this.#touchOne(key))) missing.push(key);
      });
      await Promise.all(touched);
    }
    return missing;
  }

  /** An object that was just read. */
  seen(key: string, modifiedAt: number): void {
    if (!isOld(modifiedAt)) this.#known.set(key, Date.now());
  }

  /** Objects that may not be there any more. */
  forget(keys: readonly string[]): void {
    for (const key of keys) this.#known.delete(key);
  }

  /** Keys of old objects that were only made to look recent, since the last call. */
  takeRefreshed(): readonly string[] {
    const keys = this.#refreshed;
    this.#refreshed = [];
    return keys;
  }

  #isKnown(key: string): boolean {
    if (this.#known.size > MAX_KNOWN) this.#known.clear();
    return Date.now() - (this.#known.get(key) ?? 0) < FRESH_MS / 2;
  }

  async #touchOne(key: string): Promise<boolean> {
    if (this.#isKnown(key)) return true;
    const there = await this.#objects.head(key);
    if (there === null) return false;
    if (isOld(there.modifiedAt) && !(await this.#refresh(key, there.size))) return false;
    this.#known.set(key, Date.now());
    return true;
  }

  async #refresh(key: string, size: number): Promise<boolean> {
    if (!(await this.#objects.touch(key, size))) return false;
    this.#refreshed.push(key);
    return true;
  }

  #upload(id: number): PartedObject {
    const upload = this.#uploads.get(id);
    if (upload === undefined) throw brokenInvariant(`no upload ${id} is under way`);
    return upload;
  }
}

function isOld(modifiedAt: number): boolean {
  return Date.now() - modifiedAt > FRESH_MS;
}
