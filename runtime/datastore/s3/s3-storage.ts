import { CallChannel } from "../thread/call-channel.ts";
import { ownFile } from "../../own-file.ts";
import { type RemoteStorage, threadStorage } from "../thread/thread-storage.ts";
import { parseS3Location } from "./s3-location.ts";
import type { S3Settings } from "../../settings/s3-settings.ts";

export interface S3StorageOptions {
  readonly settings: S3Settings;
  /** Of the thread that talks to the service: credentials, proxies, certificates. */
  readonly env: NodeJS.ProcessEnv;
}

/** The SDK would print advice about Node's version. */
const QUIET = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };

/** A bucket, or what lies below a prefix in one, as storage. */
export function s3Storage(location: string, { settings, env }: S3StorageOptions): RemoteStorage {
  parseS3Location(location);
  const setup = { location, settings };
  return threadStorage(
    location,
    new CallChannel(setup, { program: ownFile("s3-thread.js"), env: { ...given(env), ...QUIET } }),
  );
}

/** A thread would have `undefined` as a text. */
function given(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
}
