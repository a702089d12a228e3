import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { MillraceError } from "../../../sdk/base/errors.ts";
import type { Mount } from "../../engines/docker/container-options.ts";
import { awsPlace, awsVariables } from "../../config.ts";
import type { Storage } from "../../datastore/storage.ts";
import type { RemoteEngine } from "./chosen-engines.ts";

/** How the containers of an engine reach the datastore and Millrace itself. */
export interface RemotePlaces {
  /** Written down with each group of jobs. */
  readonly env: Readonly<Record<string, string>>;
  /** Handed to containers of this machine alone, on stdin: an engine shows variables to whoever asks. */
  readonly credentials: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  readonly needsHostNetwork: boolean;
}

const DATASTORE_PLACE = "/run/millrace/datastore";
const RUNTIME_PLACE = "/run/millrace/runtime.bin";
const AWS_PLACE = "/tmp/.aws";

export interface RuntimeArchive {
  /** On this machine, as it is. */
  readonly file: string;
  /** Of the blob with the same, compressed. */
  readonly hash: string;
}

/** @throws MillraceError where the engine's machines cannot reach the datastore */
export function remotePlaces(
  engine: RemoteEngine,
  { storage, runtime }: { storage: Storage; runtime: RuntimeArchive },
): RemotePlaces {
  const { folder, location } = storage;
  // Nothing that a container keeps for later is used again.
  const common = { ...awsPlace(), MILLRACE_BLOB_CACHE_MB: "0" };
  const isLoopback = Object.values(awsPlace()).some((value) => /^https?:\/\/(localhost|127\.|\[::1\])/.test(value));
  if (engine === "batch") {
    if (folder !== null) throw folderOfThisMachine(location);
    const env = { ...common, MILLRACE_DATASTORE: location, MILLRACE_RUNTIME: runtime.hash };
    return { env, credentials: {}, mounts: [], needsHostNetwork: false };
  }
  const mounts = [{ source: runtime.file, target: RUNTIME_PLACE, isReadOnly: true }];
  const env = { ...common, MILLRACE_RUNTIME: RUNTIME_PLACE };
  const credentials = awsVariables();
  if (folder !== null) {
    mounts.push({ source: folder, target: DATASTORE_PLACE, isReadOnly: false });
    return { env: { ...env, MILLRACE_DATASTORE: DATASTORE_PLACE }, credentials, mounts, needsHostNetwork: false };
  }
  const keys = path.join(os.homedir(), ".aws");
  if (fs.existsSync(keys)) mounts.push({ source: keys, target: AWS_PLACE, isReadOnly: true });
  return { env: { ...env, MILLRACE_DATASTORE: location }, credentials, mounts, needsHostNetwork: isLoopback };
}

function folderOfThisMachine(location: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_LOCAL_DATASTORE",
    headline: `Cannot run on AWS Batch because its machines cannot reach the datastore, a folder of this one: ${location}`,
    hint: "name a bucket with --datastore s3://BUCKET/PREFIX or MILLRACE_DATASTORE; millrace configure aws sets it for good",
  });
}
