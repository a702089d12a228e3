import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompletedPart,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { Upload, UploadName } from "../objects/object-store.ts";
import { statusOf } from "./facts-of.ts";

export interface S3UploadOptions extends UploadName {
  readonly place: { readonly Bucket: string; readonly Key: string; readonly UploadId: string };
  /** Makes a failure of an action one of the object store. */
  call<T>(action: () => Promise<T>): Promise<T>;
}

/** A multipart upload. */
export function s3Upload(client: S3Client, { key, id, place, call }: S3UploadOptions): Upload {
  const parts: CompletedPart[] = [];
  return {
    key,
    id,
    part: (index, bytes) =>
      call(async () => {
        const PartNumber = index + 1;
        const { ETag, ChecksumCRC32 } = await client.send(
          new UploadPartCommand({ ...place, PartNumber, Body: bytes, ContentLength: bytes.byteLength }),
        );
        parts[index] = { PartNumber, ETag, ...(ChecksumCRC32 === undefined ? {} : { ChecksumCRC32 }) };
      }),
    complete: () =>
      call(async () => {
        try {
          await client.send(new CompleteMultipartUploadCommand({ ...place, MultipartUpload: { Parts: parts } }));
          return true;
        } catch (error) {
          if (statusOf(error) === 404) return false;
          throw error;
        }
      }),
    abandon: () =>
      call(async () => {
        await client.send(new AbortMultipartUploadCommand(place));
      }),
  };
}
