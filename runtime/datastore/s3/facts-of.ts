import type { ObjectFacts } from "../objects/object-store.ts";

/** Set on an object that is continued in another one, see `grown-object.ts`. */
export const CONTINUES = "millrace-continues";
/** Names the write that made an object: a try that meets its own effect recognises it. */
export const WRITE = "millrace-write";

/** S3 says so for a bucket as well. */
export function isMissing(error: unknown): boolean {
  if ((error as Error).name === "NoSuchBucket") return false;
  return statusOf(error) === 404;
}

export function factsOf(answer: {
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
export function wholeCrc({ ChecksumCRC32: sum }: { ChecksumCRC32?: string | undefined }): string | undefined {
  return sum?.includes("-") === true ? undefined : sum;
}

/** Of the answer, where there was one. */
export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode;
}
