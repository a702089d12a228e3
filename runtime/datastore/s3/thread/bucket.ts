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
import type { StoredObject } from "../../storage.ts";
import { collectBody } from "./body.ts";
import { explained } from "./failures.ts";
import { BrokenBody, type Retries, statusOf } from "./retry.ts";

/** Set on an object that is continued in another one, see `grown-object.ts`. */
const CONTINUES = "millrace-continues";
/** Names the write that made an object: a try that meets its own effect recognises it. */
const WRITE = "millrace-write";

const REASONLESS = new Set([301, 400, 401, 403]);

export interface ObjectFacts {
  readonly size: number;
  readonly etag: string;
  readonly modifiedAt: number;
  readonly continues: boolean;
}

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

  /** The name of an object in the bucket as a whole. */
  full(key: string): string {
    return this.#options.prefix + key;
  }

  /** The whole object, its bytes checked; null if there is none, or it is still the one with the tag `unless`. */
  get(key: string, { unless = null }: { unless?: string | null } = {}): Promise<Fetched | null> {
    return this.run("read", key, async () => {
      try {
        const condition = unless === null ? {} : { IfNoneMatch: unless };
        const command = new GetObjectCommand({ ...this.#place(key), ChecksumMode: "ENABLED", ...condition });
        const answer = await this.client.send(command);
        const size = answer.ContentLength ?? 0;
        const bytes = await collectBody(answer.Body as Readable, { length: size, crc32: wholeCrc(answer) });
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

  /** One page of names, in their order. */
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
        objects: (answer.Contents ?? []).map(({ Key, Size, LastModified }) => ({
          key: own(Key),
          size: Size ?? 0,
          modifiedAt: LastModified?.getTime() ?? 0,
        })),
        prefixes: (answer.CommonPrefixes ?? []).map(({ Prefix }) => own(Prefix)),
        after: answer.IsTruncated === true ? (answer.NextContinuationToken ?? null) : null,
      };
    });
  }

  async pages(prefix: string, options: { delimiter?: string } = {}): Promise<Omit<Page, "after">> {
    const objects: StoredObject[] = [];
    const prefixes: string[] = [];
    for (let after: string | null = null; ;) {
      const page: Page = await this.page(prefix, { ...options, after });
      objects.push(...page.objects);
      prefixes.push(...page.prefixes);
      if ((after = page.after) === null) return { objects, prefixes };
    }
  }

  /** Up to 1,000 keys. */
  remove(keys: readonly string[]): Promise<void> {
    return this.run("remove", keys[0] ?? "", async () => {
      const Objects = keys.map((key) => ({ Key: this.full(key) }));
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
    return { Bucket: this.name, Key: this.full(key) };
  }
}

/** S3 says so for a bucket as well. */
export function isMissing(error: unknown): boolean {
  if ((error as Error).name === "NoSuchBucket") return false;
  return statusOf(error) === 404;
}

function factsOf(answer: {
  ETag?: string | undefined;
  LastModified?: Date | undefined;
  Metadata?: Record<string, string> | undefined;
}): Omit<ObjectFacts, "size"> {
  return {
    etag: answer.ETag ?? "",
    modifiedAt: answer.LastModified?.getTime() ?? 0,
    continues: answer.Metadata?.[CONTINUES] !== undefined,
  };
}

/** Of an object that was stored in parts, the checksum is one of checksums. */
function wholeCrc({ ChecksumCRC32: sum }: { ChecksumCRC32?: string | undefined }): string | undefined {
  return sum?.includes("-") === true ? undefined : sum;
}
