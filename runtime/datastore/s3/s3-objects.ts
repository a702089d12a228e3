import type { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { brokenInvariant } from "../../../sdk/base/millrace-error.ts";
import { checkKey, isKey } from "../check-key.ts";
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
} from "../objects/object-store.ts";
import { checkWholeSize, MAX_WHOLE_BYTES } from "../check-whole-size.ts";
import { BrokenBody, collectBody } from "./collect-body.ts";
import { s3Failure } from "./s3-failure.ts";
import { CONTINUES, factsOf, isMissing, statusOf, wholeCrc, WRITE } from "./facts-of.ts";
import { s3Upload } from "./s3-upload.ts";

/** Answers to a HEAD that say no more than their status. */
const REASONLESS = new Set([301, 400, 401, 403]);
/** A copy within S3 takes at most this much. */
const MAX_COPY_BYTES = 5 * 2 ** 30;

export interface S3ObjectsOptions {
  readonly client: S3Client;
  readonly bucket: string;
  readonly prefix: string;
  /** As the user names it. */
  readonly location: string;
}

/** The objects below one prefix of a bucket. */
export class S3Objects implements ObjectStore {
  /** S3 takes 10,000. */
  readonly maxParts = 9000;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #options: S3ObjectsOptions;

  constructor(options: S3ObjectsOptions) {
    this.#options = options;
    this.#client = options.client;
    this.#bucket = options.bucket;
  }

  get(key: string, { unless = null, maxBytes = Infinity }: GetOptions = {}): Promise<Fetched | null> {
    return this.#call(async () => {
      try {
        const condition = unless === null ? {} : { IfNoneMatch: unless };
        const command = new GetObjectCommand({ ...this.#place(key), ChecksumMode: "ENABLED", ...condition });
        const answer = await this.#client.send(command);
        const size = answer.ContentLength ?? 0;
        const body = answer.Body as Readable;
        if (size > Math.min(maxBytes, MAX_WHOLE_BYTES)) body.destroy();
        if (size > maxBytes) return { ...factsOf(answer), size, bytes: new Uint8Array() };
        checkWholeSize(key, size);
        const bytes = await collectBody(body, { length: size, crc32: wholeCrc(answer) });
        return { ...factsOf(answer), size, bytes };
      } catch (error) {
        if (isMissing(error) || statusOf(error) === 304) return null;
        throw error;
      }
    });
  }

  range(key: string, range: Range): Promise<Fetched | null> {
    return this.#call(async () => {
      try {
        return await this.#range(key, range);
      } catch (error) {
        if (isMissing(error) || statusOf(error) === 416) return null;
        throw error;
      }
    });
  }

  head(key: string): Promise<Head | null> {
    return this.#call(async () => {
      try {
        const answer = await this.#client.send(new HeadObjectCommand(this.#place(key)));
        return { ...factsOf(answer), size: answer.ContentLength ?? 0, write: answer.Metadata?.[WRITE] };
      } catch (error) {
        if (isMissing(error)) return null;
        throw REASONLESS.has(statusOf(error) ?? 0) ? await this.#reasonOf(error, key) : error;
      }
    });
  }

  put(
    key: string,
    bytes: Uint8Array,
    { onlyIf, continues = false, write = "" }: PutOptions = {},
  ): Promise<string | null> {
    return this.#call(async () => {
      try {
        const answer = await this.#client.send(
          new PutObjectCommand({
            ...this.#place(key),
            Body: bytes,
            ContentLength: bytes.byteLength,
            Metadata: { [WRITE]: write, ...(continues ? { [CONTINUES]: "1" } : {}) },
            ...(onlyIf === "absent" ? { IfNoneMatch: "*" } : onlyIf === undefined ? {} : { IfMatch: onlyIf.etag }),
          }),
        );
        return answer.ETag ?? "";
      } catch (error) {
        const isRefused = statusOf(error) === 412 || (typeof onlyIf === "object" && isMissing(error));
        if (isRefused && onlyIf !== undefined) return null;
        throw error;
      }
    });
  }

  touch(key: string, size: number): Promise<boolean> {
    if (size > MAX_COPY_BYTES) return Promise.resolve(false);
    return this.#call(async () => {
      try {
        const CopySource = encodeURIComponent(`${this.#bucket}/${this.#full(key)}`);
        await this.#client.send(
          new CopyObjectCommand({ ...this.#place(key), CopySource, MetadataDirective: "REPLACE" }),
        );
        return true;
      } catch (error) {
        if (isMissing(error) || statusOf(error) === 400) return false;
        throw error;
      }
    });
  }

  page(prefix: string, { delimiter, after = null }: ObjectPageOptions = {}): Promise<ObjectPage> {
    return this.#call(async () => {
      const answer = await this.#client.send(
        new ListObjectsV2Command({
          Bucket: this.#bucket,
          Prefix: this.#full(prefix),
          Delimiter: delimiter,
          ContinuationToken: after ?? undefined,
        }),
      );
      return {
        // What is no key only others can have put there.
        objects: (answer.Contents ?? [])
          .map(({ Key, Size, LastModified }) => ({
            key: this.#own(Key),
            size: Size ?? 0,
            modifiedAt: LastModified?.getTime() ?? 0,
          }))
          .filter((object) => isKey(object.key)),
        prefixes: (answer.CommonPrefixes ?? [])
          .map(({ Prefix }) => this.#own(Prefix))
          .filter((name) => isKey(name.slice(0, -1))),
        after: answer.IsTruncated === true ? (answer.NextContinuationToken ?? null) : null,
      };
    });
  }

  remove(keys: readonly string[]): Promise<void> {
    return this.#call(async () => {
      const Objects = keys.map((key) => ({ Key: this.#place(key).Key }));
      const { Errors: errors = [] } = await this.#client.send(
        new DeleteObjectsCommand({ Bucket: this.#bucket, Delete: { Objects, Quiet: true } }),
      );
      const [first] = errors;
      if (first !== undefined) throw Object.assign(new Error(first.Message), { name: first.Code ?? "Error" });
    });
  }

  upload(key: string): Promise<Upload> {
    return this.#call(async () => {
      const place = this.#place(key);
      const { UploadId: id } = await this.#client.send(
        new CreateMultipartUploadCommand({ ...place, ChecksumAlgorithm: "CRC32" }),
      );
      if (id === undefined) throw brokenInvariant("S3 gave an upload no id");
      const call = <T>(action: () => Promise<T>) => this.#call(action);
      return s3Upload(this.#client, { key, id, place: { ...place, UploadId: id }, call });
    });
  }

  uploads(after: UploadName | null): Promise<UploadPage> {
    return this.#call(async () => {
      const marks = after === null ? {} : { KeyMarker: this.#options.prefix + after.key, UploadIdMarker: after.id };
      const page = await this.#client.send(
        new ListMultipartUploadsCommand({ Bucket: this.#bucket, Prefix: this.#full(""), ...marks }),
      );
      return {
        uploads: (page.Uploads ?? []).map(({ Key, UploadId = "", Initiated }) => ({
          key: this.#own(Key),
          id: UploadId,
          begunAt: Initiated?.getTime() ?? Infinity,
        })),
        after:
          page.IsTruncated === true ? { key: this.#own(page.NextKeyMarker), id: page.NextUploadIdMarker ?? "" } : null,
      };
    });
  }

  abandon({ key, id }: UploadName): Promise<void> {
    return this.#call(async () => {
      const place = { Bucket: this.#bucket, Key: this.#options.prefix + key };
      await this.#client.send(new AbortMultipartUploadCommand({ ...place, UploadId: id }));
    });
  }

  async #call<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw s3Failure(error, this.#options);
    }
  }

  /** The answer to a HEAD has no body and so no reason; that to a GET has. */
  async #reasonOf(error: unknown, key: string): Promise<unknown> {
    try {
      await this.#range(key, { position: 0, count: 1 });
      return error;
    } catch (told) {
      return isMissing(told) || statusOf(told) === 416 ? error : told;
    }
  }

  async #range(key: string, { position, count, etag }: Range): Promise<Fetched> {
    const answer = await this.#client.send(
      new GetObjectCommand({
        ...this.#place(key),
        Range: `bytes=${position}-${position + count - 1}`,
        ...(etag === undefined ? {} : { IfMatch: etag }),
      }),
    );
    const length = answer.ContentLength ?? 0;
    const [, first, last, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(answer.ContentRange ?? "") ?? [];
    const isAsked = Number(first) === position && Number(last) === position + length - 1;
    if (!isAsked) throw new BrokenBody(`${length} bytes called ${answer.ContentRange ?? "nothing"}`);
    return { ...factsOf(answer), size: Number(size), bytes: await collectBody(answer.Body as Readable, { length }) };
  }

  #place(key: string): { Bucket: string; Key: string } {
    checkKey(key);
    return { Bucket: this.#bucket, Key: this.#full(key) };
  }

  /**
   * The name of an object, or of a prefix, in the bucket as a whole.
   * @throws MillraceError `MILLRACE_KEY` for one that leads out of the prefix, as some services and proxies read it
   */
  #full(key: string): string {
    if (key.endsWith("/")) checkKey(key.slice(0, -1));
    return this.#options.prefix + key;
  }

  #own(name: string | undefined): string {
    return (name ?? "").slice(this.#options.prefix.length);
  }
}
