import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { StorePlace } from "../engine.ts";
import type { Mount } from "./mounts-of.ts";

/** How containers reach the datastore and Millrace itself. */
export interface ContainerPlaces {
  /** Written down with each group of jobs. */
  readonly env: Readonly<Record<string, string>>;
  /** Handed over on stdin: an engine shows variables to whoever asks. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Folders and files of this machine that every container needs, at their places there. */
  readonly mounts: readonly Mount[];
  /** A server that is reached as `localhost` from here must be from there. */
  readonly needsHostNetwork: boolean;
}

const DATASTORE_PLACE = "/run/millrace/datastore";
const RUNTIME_PLACE = "/run/millrace/runtime.bin";
const AWS_PLACE = "/tmp/.aws";

export function containerPlaces({ storage, runtime, settings }: StorePlace): ContainerPlaces {
  const { folder, location } = storage;
  const aws = settings.awsPlace;
  // Nothing that a container keeps for later is used again.
  const env = { ...aws, MILLRACE_BLOB_CACHE_MB: "0", MILLRACE_RUNTIME: RUNTIME_PLACE };
  const credentials = settings.awsVariables;
  const mounts = [{ source: runtime.file, target: RUNTIME_PLACE, isReadOnly: true }];
  if (folder !== null) {
    mounts.push({ source: folder, target: DATASTORE_PLACE, isReadOnly: false });
    return { env: { ...env, MILLRACE_DATASTORE: DATASTORE_PLACE }, credentials, mounts, needsHostNetwork: false };
  }
  const keys = path.join(os.homedir(), ".aws");
  if (fs.existsSync(keys)) mounts.push({ source: keys, target: AWS_PLACE, isReadOnly: true });
  const needsHostNetwork = Object.values(aws).some((value) => /^https?:\/\/(localhost|127\.|\[::1\])/.test(value));
  return { env: { ...env, MILLRACE_DATASTORE: location }, credentials, mounts, needsHostNetwork };
}
