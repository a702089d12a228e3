import { AbortMultipartUploadCommand, ListMultipartUploadsCommand, type MultipartUpload } from "@aws-sdk/client-s3";
import type { Bucket } from "../s3/s3-objects.ts";
import { appendAll } from "../../../sdk/base/append-all.ts";

/** Gives up uploads that were begun before that time and never ended: their parts are paid for, and nothing shows them. */
export async function abandonUploads(bucket: Bucket, before: number): Promise<number> {
  const old = (await uploadsOf(bucket)).filter(({ Initiated }) => (Initiated?.getTime() ?? Infinity) < before);
  for (const { Key = "", UploadId } of old)
    await bucket.run("remove", Key, () =>
      bucket.client.send(new AbortMultipartUploadCommand({ Bucket: bucket.name, Key, UploadId })),
    );
  return old.length;
}

async function uploadsOf(bucket: Bucket): Promise<MultipartUpload[]> {
  const uploads: MultipartUpload[] = [];
  let after: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await bucket.run("list", "", () =>
      bucket.client.send(new ListMultipartUploadsCommand({ Bucket: bucket.name, Prefix: bucket.full(""), ...after })),
    );
    appendAll(uploads, page.Uploads ?? []);
    if (page.IsTruncated !== true) return uploads;
    after = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
}
