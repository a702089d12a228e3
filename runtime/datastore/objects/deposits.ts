import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompletedPart,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { brokenInvariant } from "../../../sdk/base/errors.ts";
import type { Bucket } from "../s3/s3-objects.ts";
import { isMissing } from "../s3/object-facts.ts";
import { PIECE_BYTES } from "./ordered-ranges.ts";
import { statusOf } from "./retries.ts";

/**
 * What is older is made to look recent when it is deposited again: what cleans the store takes its time from that. What
 * was recent is taken for granted for half of it; the cleaning leaves more than both together.
 */
const FRESH_MS = 30 * 60_000;
/** Keys that are remembered. */
const MAX_KNOWN = 100_000;
/** S3 takes at most 10,000 parts. */
const MAX_PARTS = 9000;
/** A copy within S3 takes at most this much. */
const MAX_COPY_BYTES = 5 * 2 ** 30;
/** Parts on their way at once. */
const PARTS_AT_ONCE = 4;

/** Stores objects whose key names their bytes. */
export class Deposits {
  readonly #bucket: Bucket;
  /** When each was last known to be there and recent. */
  readonly #known = new Map<string, number>();
  readonly #uploads = new Map<number, Upload>();
  #refreshed: string[] = [];
  #count = 0;

  constructor(bucket: Bucket) {
    this.#bucket = bucket;
  }

  async small(key: string, bytes: Uint8Array): Promise<void> {
    if (this.#isKnown(key)) return;
    if ((await this.#bucket.put(key, bytes, { onlyIf: "absent" })) === null) {
      const there = await this.#bucket.head(key);
      if (there?.size !== bytes.byteLength) await this.#bucket.put(key, bytes);
      else if (isOld(there.modifiedAt)) {
        await this.#bucket.put(key, bytes);
        this.#refreshed.push(key);
      }
    }
    this.#known.set(key, Date.now());
  }

  /** Null if the object is there already. */
  async large(key: string, size: number): Promise<{ upload: number; partBytes: number } | null> {
    if (this.#isKnown(key)) return null;
    const there = await this.#bucket.head(key);
    if (there?.size === size && (!isOld(there.modifiedAt) || (await this.#refresh(key, size)))) {
      this.#known.set(key, Date.now());
      return null;
    }
    const id = ++this.#count;
    this.#uploads.set(id, await Upload.begin(this.#bucket, key));
    return { upload: id, partBytes: Math.max(PIECE_BYTES, Math.ceil(size / MAX_PARTS)) };
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

  async #refresh(key: string, size: number): Promise<boolean> {
    if (size > MAX_COPY_BYTES || !(await this.#bucket.refresh(key))) return false;
    this.#refreshed.push(key);
    return true;
  }

  #upload(id: number): Upload {
    const upload = this.#uploads.get(id);
    if (upload === undefined) throw brokenInvariant(`no upload ${id} is under way`);
    return upload;
  }
}

function isOld(modifiedAt: number): boolean {
  return Date.now() - modifiedAt > FRESH_MS;
}

/** One object that is stored in parts, several at once. */
class Upload {
  readonly key: string;
  readonly #bucket: Bucket;
  readonly #id: string;
  readonly #parts: CompletedPart[] = [];
  readonly #underWay = new Set<Promise<void>>();
  #failure: unknown = null;

  constructor(bucket: Bucket, { key, id }: { key: string; id: string }) {
    this.#bucket = bucket;
    this.key = key;
    this.#id = id;
  }

  static async begin(bucket: Bucket, key: string): Promise<Upload> {
    const { UploadId } = await bucket.run("write", key, () =>
      bucket.client.send(
        new CreateMultipartUploadCommand({ Bucket: bucket.name, Key: bucket.full(key), ChecksumAlgorithm: "CRC32" }),
      ),
    );
    if (UploadId === undefined) throw brokenInvariant("S3 gave an upload no id");
    return new Upload(bucket, { key, id: UploadId });
  }

  /** Resolves as soon as a further part may come. */
  async part(index: number, bytes: Uint8Array): Promise<void> {
    const done = this.#send(index, bytes)
      .catch((error: unknown) => (this.#failure ??= error))
      .then(() => void this.#underWay.delete(done));
    this.#underWay.add(done);
    if (this.#underWay.size >= PARTS_AT_ONCE) await Promise.race(this.#underWay);
  }

  async end(): Promise<void> {
    await Promise.all(this.#underWay);
    try {
      if (this.#failure !== null) throw this.#failure;
      await this.#complete();
    } catch (error) {
      await this.#abort();
      throw error;
    }
  }

  async #send(index: number, bytes: Uint8Array): Promise<void> {
    const PartNumber = index + 1;
    const { ETag, ChecksumCRC32 } = await this.#bucket.run("write", this.key, () =>
      this.#bucket.client.send(
        new UploadPartCommand({ ...this.#place(), PartNumber, Body: bytes, ContentLength: bytes.byteLength }),
      ),
    );
    this.#parts[index] = { PartNumber, ETag, ...(ChecksumCRC32 === undefined ? {} : { ChecksumCRC32 }) };
  }

  #complete(): Promise<void> {
    return this.#bucket.run("write", this.key, async (tries) => {
      try {
        await this.#bucket.client.send(
          new CompleteMultipartUploadCommand({ ...this.#place(), MultipartUpload: { Parts: this.#parts } }),
        );
      } catch (error) {
        // An earlier try was carried out although its answer got lost: then the upload is no more, but the object is.
        const isOver = isMissing(error) || statusOf(error) === 404;
        if (tries === 0 || !isOver || (await this.#bucket.head(this.key)) === null) throw error;
      }
    });
  }

  async #abort(): Promise<void> {
    try {
      await this.#bucket.client.send(new AbortMultipartUploadCommand(this.#place()));
    } catch {
      // Left to the cleaning of the store.
    }
  }

  #place(): { Bucket: string; Key: string; UploadId: string } {
    return { Bucket: this.#bucket.name, Key: this.#bucket.full(this.key), UploadId: this.#id };
  }
}
