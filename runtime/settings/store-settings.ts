import path from "node:path";
import { cacheFolder } from "./cache-folder.ts";
import type { Environment } from "./environment.ts";
import { type S3Settings, s3Settings } from "./s3-settings.ts";

const DEFAULT_BLOB_CACHE_MB = 10_000;

/** What a datastore in a bucket takes from its surroundings. */
export interface StoreSettings {
  readonly s3: S3Settings;
  /** For the AWS SDK: credentials, proxies, certificates. */
  readonly env: Environment;
  /** Copies of blobs on this machine. */
  readonly blobCache: { readonly folder: string; readonly limitBytes: number };
}

export function storeSettings(env: Environment): StoreSettings {
  return {
    s3: s3Settings(env),
    env,
    blobCache: { folder: path.join(cacheFolder(env), "blobs"), limitBytes: blobCacheBytes(env) },
  };
}

/** How much of remote datastores is kept on this machine, in bytes; `MILLRACE_BLOB_CACHE_MB` sets it, 0 is none. */
function blobCacheBytes(env: Environment): number {
  const given = Number(env["MILLRACE_BLOB_CACHE_MB"] ?? "");
  const isSet = env["MILLRACE_BLOB_CACHE_MB"] !== undefined && Number.isFinite(given) && given >= 0;
  return (isSet ? given : DEFAULT_BLOB_CACHE_MB) * 1e6;
}
