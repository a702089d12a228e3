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
  /** Further groups of this machine to which its user belongs there. */
  readonly groups?: readonly number[];
}

const DATASTORE_PLACE = "/run/millrace/datastore";
const RUNTIME_PLACE = "/run/millrace/runtime.bin";
const AWS_PLACE = "/tmp/.aws";

/** @param usesAws - true where tasks ask AWS for something, whatever the datastore is */
export function containerPlaces({ storage, runtime, settings }: StorePlace, usesAws = false): ContainerPlaces {
  const { folder, location } = storage;
  const aws = settings.awsPlace;
  // Nothing that a container keeps for later is used again.
  const env = {
    ...aws,
    MILLRACE_BLOB_CACHE_MB: "0",
    MILLRACE_RUNTIME: runtime.file === null ? runtime.hash : RUNTIME_PLACE,
  };
  const credentials = settings.awsVariables;
  const mounts = runtime.file === null ? [] : [{ source: runtime.file, target: RUNTIME_PLACE, isReadOnly: true }];
  if (folder !== null) mounts.push({ source: folder, target: DATASTORE_PLACE, isReadOnly: false });
  const datastore = folder === null ? location : DATASTORE_PLACE;
  const needsAws = folder === null || usesAws;
  const keys = path.join(os.homedir(), ".aws");
  if (needsAws && fs.existsSync(keys)) mounts.push({ source: keys, target: AWS_PLACE, isReadOnly: true });
  const isHere = Object.values(aws).some((value) => /^https?:\/\/(localhost|127\.|\[::1\])/.test(value));
  return {
    env: { ...env, MILLRACE_DATASTORE: datastore },
    ...{ credentials, mounts, needsHostNetwork: needsAws && isHere },
  };
}

/** Where the scheduler of a detached run finds the engine that runs its own container. */
const SOCKET = "/var/run/docker.sock";

/**
 * The same for a container that starts others. Places are told to the engine, which looks for them on its machine: in this
 * container, too, they are where they are there.
 */
export function schedulerPlaces(of: StorePlace): ContainerPlaces {
  const { settings, storage } = of;
  const { env, credentials, needsHostNetwork } = containerPlaces(of);
  const home = os.homedir();
  const aws = path.join(home, ".aws");
  const engine = settings.env["DOCKER_HOST"] ?? `unix://${SOCKET}`;
  const socket = /^unix:\/\/(.+)/.exec(engine)?.[1];
  const mounts = [storage.folder, ...(fs.existsSync(aws) ? [aws] : []), socket].filter((place) => place != null);
  return {
    env: {
      ...env,
      MILLRACE_DATASTORE: storage.location,
      HOME: home,
      XDG_CACHE_HOME: "/tmp/.cache",
      DOCKER_HOST: engine,
    },
    credentials,
    mounts: mounts.map((place) => ({ source: place, target: place, isReadOnly: place === aws })),
    needsHostNetwork: needsHostNetwork || /^tcp:\/\/(localhost|127\.)/.test(engine),
    groups: socket === undefined ? [] : [fs.statSync(socket).gid],
  };
}
