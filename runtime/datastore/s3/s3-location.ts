import { MillraceError } from "../../../sdk/base/millrace-error.ts";

/** A bucket and the prefix of all keys in it, which is empty or ends with a slash. */
export interface S3Location {
  readonly bucket: string;
  readonly prefix: string;
}

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Reads `s3://bucket/prefix`. */
export function parseS3Location(location: string): S3Location {
  const [bucket = "", ...folders] = location.replace(/^s3:\/\//i, "").split("/");
  if (!BUCKET.test(bucket)) throw badBucket(location, bucket);
  const path = folders.filter((folder) => folder !== "").join("/");
  return { bucket, prefix: path === "" ? "" : `${path}/` };
}

function badBucket(location: string, bucket: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_DATASTORE",
    headline: `Cannot open the datastore ${location} because ${JSON.stringify(bucket)} is not a valid bucket name`,
    details: ["wanted: 3 to 63 lower-case letters, digits, dots and hyphens, a letter or digit first and last"],
    hint: "write it as s3://bucket/prefix",
  });
}
