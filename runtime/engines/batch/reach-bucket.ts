import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { StorePlace } from "../engine.ts";

/** @throws MillraceError for a datastore that is a folder of this machine */
export function reachBucket({ storage, runtime, settings }: StorePlace): Readonly<Record<string, string>> {
  const { folder, location } = storage;
  if (folder !== null) throw folderOfThisMachine(location);
  return {
    ...settings.awsPlace,
    // Nothing that a container keeps for later is used again.
    MILLRACE_BLOB_CACHE_MB: "0",
    MILLRACE_DATASTORE: location,
    MILLRACE_RUNTIME: runtime.hash,
  };
}

function folderOfThisMachine(location: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_LOCAL_DATASTORE",
    headline: `Cannot run on AWS Batch because its machines cannot reach the datastore, a folder of this one: ${location}`,
    hint: "name a bucket with --datastore s3://BUCKET/PREFIX or MILLRACE_DATASTORE; millrace configure aws saves it",
  });
}
