import type { StorePlace } from "../engine.ts";
import { KUBERNETES_SETTINGS } from "./kubernetes-settings.ts";

/** How pods find the datastore: a bucket, or a folder on a volume; that a step mounts it is checked with its other options. */
export function reachStore({ storage, runtime, settings }: StorePlace): Readonly<Record<string, string>> {
  const { folder, location } = storage;
  const place = folder === null ? settings.awsPlace : {};
  return {
    ...place,
    // Nothing that a container keeps for later is used again.
    MILLRACE_BLOB_CACHE_MB: "0",
    MILLRACE_DATASTORE: folder === null ? location : (settings.engine(KUBERNETES_SETTINGS).datastore ?? folder),
    MILLRACE_RUNTIME: runtime.hash,
  };
}
