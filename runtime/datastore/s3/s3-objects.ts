import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { checkKey, isKey } from "../key.ts";
import type { StoredObject } from "../storage.ts";
import { checkWholeSize, MAX_WHOLE_BYTES } from "../whole-object.ts";
import { collectBody } from "./body.ts";
import { explained } from "./failures.ts";
import { CONTINUES, factsOf, isMissing, type ObjectFacts, wholeCrc, WRITE } from "./object-facts.ts";
import { BrokenBody, statusOf } from "../objects/retries.ts";
import { appendAll } from "../../../sdk/base/append-all.ts";
import type { Retries } from "../../retry.ts";

/** Answers to a HEAD that say no more than their status. */
const REASONLESS = new Set([301, 400, 401, 403]);

export interface Fetched extends ObjectFacts {
  readonly bytes: Uint8Array;
}

export interface Range {
  readonly position: number;
  readonly count: number;
}

export interface PutOptions {
  /** Only if there is no such object, or only if it is still the one with that tag. */
  readonly onlyIf?: "absent" | { readonly etag: string };
  readonly continues?: boolean;
}

export interface Page {
  readonly objects: readonly StoredObject[];
  /** Prefixes up to the next slash, where asked for. */
  readonly prefixes: readonly string[];
  readonly after: string | null;
}

export interface BucketOptions {
  readonly client: S3Client;
  readonly bucket: string;
  readonly prefix: string;
  readonly location: string;
  readonly retries: Retries;
}

/** The objects below one prefix of a bucket, by single requests that are tried again where that may help. */
export class Bucket {
  readonly client: S3Client;
  readonly name: string;
  readonly #options: BucketOptions;

  constructor(options: BucketOptions) {
    this.#options = options;
    this.client = options.client;
    this.name = options.bucket;
  }

  /**
   * The name of an object, or of a prefix, in the bucket as a whole.
   * @throws MillraceError `MILLRACE_KEY` for one that leads out of the prefix, as some services and proxies read it
   */
  full(key: string): string {
    if (key.endsWith("/")) checkKey(key.slice(0, -1));
    return this.#options.prefix + key;
  }

  /**
   * The whole object, its bytes checked; null if there is none, or it is still the one with the tag `unless`. Of one that
   * is larger than `maxBytes` no bytes are read.
   */
  get(
    key: string,
    { unless = null, maxBytes = Infinity }: { unless?: string | null; maxBytes?: number } = {},
  ): Promise<Fetched | null> {
    return this.run("read", key, async () => {
      try {
        const condition = unless === null ? {} : { IfNoneMatch: unless };
        const command = new GetObjectCommand({ ...this.#place(key), ChecksumMode: "ENABLED", ...condition });
        const answer = await this.client.send(command);
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

  /** Some of its bytes, which are not checked; null if there is no such object, or it ends before them. */
  range(key: string, range: Range, { etag }: { etag?: string } = {}): Promise<Fetched | null> {
    return this.run("read", key, async () => {
      try {
        return await this.#range(key, range, { etag });
      } catch (error) {
        if (isMissing(error) || statusOf(error) === 416) return null;
        throw error;
      }
    });
  }

  head(key: string): Promise<(ObjectFacts & { write: string | undefined }) | null> {
    return this.run("read", key, async () => {
      try {
        const answer = await this.client.send(new HeadObjectCommand(this.#place(key)));
        return { ...factsOf(answer), size: answer.ContentLength ?? 0, write: answer.Metadata?.[WRITE] };
      } catch (error) {
        if (isMissing(error)) return null;
        throw REASONLESS.has(statusOf(error) ?? 0) ? await this.#reasonOf(error, key) : error;
      }
    });
  }

  /** The tag of what was written, or null if the condition did not hold. */
  put(key: string, bytes: Uint8Array, { onlyIf, continues = false }: PutOptions = {}): Promise<string | null> {
    const write = randomBytes(9).toString("base64url");
    return this.run("write", key, async (tries) => {
      try {
        const answer = await this.client.send(
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
        if (!isRefused || onlyIf === undefined) throw error;
        // An earlier try may have been carried out although its answer got lost.
        const there = tries === 0 ? null : await this.head(key);
        return there?.write === write ? there.etag : null;
      }
    });
  }

  /** Makes an object look recent. False if there is none, or it is too large for that. */
  refresh(key: string): Promise<boolean> {
    return this.run("write", key, async () => {
      try {
        const CopySource = encodeURIComponent(`${this.name}/${this.full(key)}`);
        await this.client.send(
          new CopyObjectCommand({ ...this.#place(key), CopySource, MetadataDirective: "REPLACE" }),
        );
        return true;
      } catch (error) {
        if (isMissing(error) || statusOf(error) === 400) return false;
        throw error;
      }
    });
  }

  /** One page of names, in their order; without what is no key, which only others can have put there. */
  page(prefix: string, options: { delimiter?: string; after?: string | null } = {}): Promise<Page> {
    return this.run("list", prefix, async () => {
      const answer = await this.client.send(
        new ListObjectsV2Command({
          Bucket: this.name,
          Prefix: this.full(prefix),
          Delimiter: options.delimiter,
          ContinuationToken: options.after ?? undefined,
        }),
      );
      const own = (name: string | undefined) => (name ?? "").slice(this.#options.prefix.length);
      return {
        objects: (answer.Contents ?? [])
          .map(({ Key, Size, LastModified }) => ({
            key: own(Key),
            size: Size ?? 0,
            modifiedAt: LastModified?.getTime() ?? 0,
          }))
          .filter((object) => isKey(object.key)),
        prefixes: (answer.CommonPrefixes ?? [])
          .map(({ Prefix }) => own(Prefix))
          .filter((name) => isKey(name.slice(0, -1))),
        after: answer.IsTruncated === true ? (answer.NextContinuationToken ?? null) : null,
      };
    });
  }

  async pages(prefix: string, options: { delimiter?: string } = {}): Promise<Omit<Page, "after">> {
    const objects: StoredObject[] = [];
    const prefixes: string[] = [];
    for (let after: string | null = null; ;) {
      const page: Page = await this.page(prefix, { ...options, after });
      appendAll(objects, page.objects);
      appendAll(prefixes, page.prefixes);
      if ((after = page.after) === null) return { objects, prefixes };
    }
  }

  /** Up to 1,000 keys. */
  remove(keys: readonly string[]): Promise<void> {
    return this.run("remove", keys[0] ?? "", async () => {
      const Objects = keys.map((key) => ({ Key: this.#place(key).Key }));
      const { Errors: errors = [] } = await this.client.send(
        new DeleteObjectsCommand({ Bucket: this.name, Delete: { Objects, Quiet: true } }),
      );
      const [first] = errors;
      if (first !== undefined) throw Object.assign(new Error(first.Message), { name: first.Code ?? "Error" });
    });
  }

  /** Tries an action as often as is sensible; what remains is told in terms of the store. */
  async run<T>(verb: string, key: string, action: (tries: number) => Promise<T>): Promise<T> {
    try {
      return await this.#options.retries.run(action);
    } catch (error) {
      throw explained(error, { verb, key, location: this.#options.location, bucket: this.name, client: this.client });
    }
  }

  /** The answer to a HEAD has no body and so no reason; that to a GET has. */
  async #reasonOf(error: unknown, key: string): Promise<unknown> {
    try {
      await this.#range(key, { position: 0, count: 1 }, {});
      return error;
    } catch (told) {
      return isMissing(told) || statusOf(told) === 416 ? error : told;
    }
  }

  async #range(key: string, { position, count }: Range, { etag }: { etag?: string | undefined }): Promise<Fetched> {
    const answer = await this.client.send(
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
    return { Bucket: this.name, Key: this.full(key) };
  }
}
