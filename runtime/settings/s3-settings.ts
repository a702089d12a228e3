import type { Environment } from "./environment.ts";

/** Where S3 is, and how it is reached. */
export interface S3Settings {
  /** Of a service other than AWS. */
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`. */
  readonly isPathStyle: boolean;
}

/** As the SDK's own variables say it. */
export function s3Settings(env: Environment): S3Settings {
  const set = (...names: string[]) =>
    names.map((name) => env[name]).find((value) => value !== undefined && value !== "");
  const endpoint = set("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL");
  return {
    endpoint,
    region: set("AWS_REGION", "AWS_DEFAULT_REGION"),
    // Services other than AWS seldom have a host name for each bucket.
    isPathStyle: (set("MILLRACE_S3_PATH_STYLE") ?? (endpoint === undefined ? "0" : "1")) === "1",
  };
}
