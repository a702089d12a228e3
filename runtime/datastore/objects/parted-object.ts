import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { ObjectStore, Upload } from "./object-store.ts";

/** Parts on their way at once. */
const PARTS_AT_ONCE = 4;

/** One object that is stored in parts, several at once. */
export class PartedObject {
  readonly key: string;
  readonly #upload: Upload;
  readonly #underWay = new Set<Promise<void>>();
  #failure: unknown = null;

  constructor(upload: Upload) {
    this.#upload = upload;
    this.key = upload.key;
  }

  static async begin(objects: ObjectStore, key: string): Promise<PartedObject> {
    return new PartedObject(await objects.upload(key));
  }

  /** Resolves as soon as a further part may come. */
  async part(index: number, bytes: Uint8Array): Promise<void> {
    const done = this.#upload
      .part(index, bytes)
      .catch((error: unknown) => (this.#failure ??= error))
      .then(() => void this.#underWay.delete(done));
    this.#underWay.add(done);
    if (this.#underWay.size >= PARTS_AT_ONCE) await Promise.race(this.#underWay);
  }

  async end(): Promise<void> {
    await Promise.all(this.#underWay);
    try {
      if (this.#failure !== null) throw this.#failure;
      if (!(await this.#upload.complete())) throw givenUp(this.key);
    } catch (error) {
      await this.#abandon();
      throw error;
    }
  }

  /** Ends it without an object. */
  async giveUp(): Promise<void> {
    await Promise.all(this.#underWay);
    await this.#abandon();
  }

  async #abandon(): Promise<void> {
    try {
      await this.#upload.abandon();
    } catch {
      // Left to the cleaning of the store.
    }
  }
}

function givenUp(key: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_STORAGE",
    headline: `Cannot write ${key} because its upload was given up meanwhile`,
    hint: "did a rule of the bucket or another process end it? Run the step again",
  });
}
