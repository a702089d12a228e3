import { isKey } from "../../../runtime/datastore/check-key.ts";
import type {
  Fetched,
  GetOptions,
  Head,
  ObjectStore,
  ObjectPage,
  ObjectPageOptions,
  PutOptions,
  Range,
  Upload,
  UploadName,
  UploadPage,
} from "../../../runtime/datastore/objects/object-store.ts";

const PAGE = 1000;

interface Kept {
  readonly bytes: Uint8Array;
  readonly etag: string;
  readonly modifiedAt: number;
  readonly continues: boolean;
  readonly write: string | undefined;
}

/** An object store in this process: what one takes that is neither a folder nor S3. */
export class MemoryObjects implements ObjectStore {
  readonly maxParts = 100;
  readonly #objects = new Map<string, Kept>();
  readonly #uploads = new Map<string, UploadName & { readonly begunAt: number }>();
  #count = 0;

  async get(key: string, { unless = null, maxBytes = Infinity }: GetOptions = {}): Promise<Fetched | null> {
    const kept = this.#objects.get(key);
    if (kept === undefined || kept.etag === unless) return null;
    return { ...factsOf(kept), bytes: kept.bytes.byteLength > maxBytes ? new Uint8Array() : kept.bytes.slice() };
  }

  async range(key: string, { position, count, etag }: Range): Promise<Fetched | null> {
    const kept = this.#objects.get(key);
    if (kept === undefined || position >= kept.bytes.byteLength) return null;
    if (etag !== undefined && etag !== kept.etag) throw new Error("another object");
    return { ...factsOf(kept), bytes: kept.bytes.slice(position, position + count) };
  }

  async head(key: string): Promise<Head | null> {
    const kept = this.#objects.get(key);
    return kept === undefined ? null : factsOf(kept);
  }

  async put(key: string, bytes: Uint8Array, { onlyIf, continues = false, write }: PutOptions = {}) {
    const etag = this.#objects.get(key)?.etag;
    if (onlyIf === "absent" ? etag !== undefined : onlyIf !== undefined && etag !== onlyIf.etag) return null;
    return this.#keep(key, { bytes: bytes.slice(), continues, write });
  }

  async touch(key: string): Promise<boolean> {
    const kept = this.#objects.get(key);
    if (kept !== undefined) this.#objects.set(key, { ...kept, modifiedAt: Date.now() });
    return kept !== undefined;
  }

  async page(prefix: string, { delimiter, after = null }: ObjectPageOptions = {}): Promise<ObjectPage> {
    const keys = [...this.#objects.keys()].filter((key) => key.startsWith(prefix) && isKey(key)).sort();
    const cut = (key: string) => {
      const at = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length);
      return at < 0 ? key : key.slice(0, at + 1);
    };
    const names = [...new Set(keys.map(cut))].filter((name) => after === null || name > after);
    const shown = names.slice(0, PAGE);
    return {
      objects: shown.flatMap((key) => {
        const kept = this.#objects.get(key);
        return kept === undefined ? [] : [{ key, size: kept.bytes.byteLength, modifiedAt: kept.modifiedAt }];
      }),
      prefixes: shown.filter((name) => name.endsWith("/")),
      after: names.length > PAGE ? (shown.at(-1) ?? null) : null,
    };
  }

  async remove(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#objects.delete(key);
  }

  async upload(key: string): Promise<Upload> {
    const id = String(++this.#count);
    const parts: Uint8Array[] = [];
    this.#uploads.set(id, { key, id, begunAt: Date.now() });
    return {
      key,
      id,
      part: async (index, bytes) => void (parts[index] = bytes.slice()),
      complete: async () => {
        if (!this.#uploads.delete(id)) return false;
        this.#keep(key, { bytes: Buffer.concat(parts), continues: false, write: undefined });
        return true;
      },
      abandon: async () => void this.#uploads.delete(id),
    };
  }

  async uploads(): Promise<UploadPage> {
    return { uploads: [...this.#uploads.values()], after: null };
  }

  async abandon({ id }: UploadName): Promise<void> {
    this.#uploads.delete(id);
  }

  /** Makes an object look as old as that. */
  age(key: string, ms: number): void {
    const kept = this.#objects.get(key);
    if (kept !== undefined) this.#objects.set(key, { ...kept, modifiedAt: Date.now() - ms });
  }

  #keep(key: string, object: Pick<Kept, "bytes" | "continues" | "write">): string {
    const etag = String(++this.#count);
    this.#objects.set(key, { ...object, etag, modifiedAt: Date.now() });
    return etag;
  }
}

function factsOf({ bytes, ...facts }: Kept): Head {
  return { ...facts, size: bytes.byteLength };
}
