import { S3Client } from "@aws-sdk/client-s3";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { S3Settings } from "../../settings/s3-settings.ts";

const CONNECT_MS = 5000;
/** Without a byte in either direction for so long, a request is given up and tried again. */
const IDLE_MS = 10_000;
/** Requests at once. */
const MAX_AT_ONCE = 48;

/** A client of the bucket's service, with credentials found in the usual places. Tries nothing again by itself. */
export function s3Client({ endpoint, region, isPathStyle }: S3Settings): S3Client {
  return new S3Client({
    ...(endpoint === undefined ? {} : { endpoint }),
    // A bucket elsewhere answers with its own region, which is then used.
    region: region ?? "us-east-1",
    followRegionRedirects: true,
    forcePathStyle: isPathStyle,
    maxAttempts: 1,
    // One more round trip, and a new connection, for each upload.
    expectContinueHeader: false,
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: new NodeHttpHandler({
      connectionTimeout: CONNECT_MS,
      socketTimeout: IDLE_MS,
      httpAgent: { maxSockets: MAX_AT_ONCE, keepAlive: true },
      httpsAgent: { maxSockets: MAX_AT_ONCE, keepAlive: true },
    }),
  });
}
