import { randomBytes } from "node:crypto";
import { type FailedCall, ObjectFailure } from "./object-failure.ts";
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
} from "./object-store.ts";
import { retryPolicy } from "./retry-policy.ts";

/** An object store whose calls are tried as often as is sensible; what remains is told in terms of the datastore. */
export class RetriedObjects implements ObjectStore {
  readonly #objects: ObjectStore;
  readonly #retries = retryPolicy();

  constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  get maxParts(): number {
    return this.#objects.maxParts;
  }

  get(key: string, options?: GetOptions): Promise<Fetched | null> {
    return this.#run({ verb: "read", key }, () => this.#objects.get(key, options));
  }

  range(key: string, range: Range): Promise<Fetched | null> {
    return this.#run({ verb: "read", key }, () => this.#objects.range(key, range));
  }

  head(key: string): Promise<Head | null> {
    return this.#run({ verb: "read", key }, () => this.#objects.head(key));
  }

  put(key: string, bytes: Uint8Array, options: PutOptions = {}): Promise<string | null> {
    const write = randomBytes(9).toString("base64url");
    return this.#run({ verb: "write", key }, async (tries) => {
      const etag = await this.#objects.put(key, bytes, { ...options, write });
      if (etag !== null || tries === 0) return etag;
      // An earlier try may have been carried out although its answer got lost.
      const there = await this.head(key);
      return there?.write === write ? there.etag : null;
    });
  }

  touch(key: string, size: number): Promise<boolean> {
    return this.#run({ verb: "write", key }, () => this.#objects.touch(key, size));
  }

  page(prefix: string, options?: ObjectPageOptions): Promise<ObjectPage> {
    return this.#run({ verb: "list", key: prefix }, () => this.#objects.page(prefix, options));
  }

  remove(keys: readonly string[]): Promise<void> {
    return this.#run({ verb: "remove", key: keys[0] ?? "" }, () => this.#objects.remove(keys));
  }

  async upload(key: string): Promise<Upload> {
    const upload = await this.#run({ verb: "write", key }, () => this.#objects.upload(key));
    return {
      key,
      id: upload.id,
      part: (index, bytes) => this.#run({ verb: "write", key }, () => upload.part(index, bytes)),
      complete: () =>
        this.#run({ verb: "write", key }, async (tries) => {
          if (await upload.complete()) return true;
          // An earlier try was carried out although its answer got lost: then the upload is no more, but the object is.
          return tries > 0 && (await this.head(key)) !== null;
        }),
      abandon: () => upload.abandon(),
    };
  }

  uploads(after: UploadName | null): Promise<UploadPage> {
    return this.#run({ verb: "list", key: "" }, () => this.#objects.uploads(after));
  }

  abandon(upload: UploadName): Promise<void> {
    return this.#run({ verb: "remove", key: upload.key }, () => this.#objects.abandon(upload));
  }

  async #run<T>(call: FailedCall, action: (tries: number) => Promise<T>): Promise<T> {
    try {
      return await this.#retries.run(action);
    } catch (error) {
      throw error instanceof ObjectFailure ? error.explain(call) : error;
    }
  }
}
