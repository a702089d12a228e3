import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { StorePlace } from "../engine.ts";
import { findGpus } from "../gpus/find-gpus.ts";
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
  const given = settings.env["DOCKER_HOST"] ?? "";
  const socket = given === "" || given.startsWith("unix://") ? socketOf(given) : null;
  const same = [storage.folder, ...(fs.existsSync(aws) ? [aws] : [])].filter((place) => place !== null);
  const mounts = same.map((place) => ({ source: place, target: place, isReadOnly: place === aws }));
  if (socket !== null) mounts.push({ source: socket, target: SOCKET, isReadOnly: false });
  return {
    env: {
      ...env,
      MILLRACE_DATASTORE: storage.location,
      HOME: home,
      XDG_CACHE_HOME: "/tmp/.cache",
      DOCKER_HOST: socket === null ? given : `unix://${SOCKET}`,
      ...(socket === null ? {} : gpuNames(of)),
    },
    credentials,
    mounts,
    needsHostNetwork: needsHostNetwork || /^tcp:\/\/(localhost|127\.)/.test(given),
    groups: socket === null ? [] : [fs.statSync(socket).gid],
  };
}

/** A container sees no devices of the machine, whose GPUs it hands out all the same. */
function gpuNames({ settings }: StorePlace): Readonly<Record<string, string>> {
  const { count, ids } = findGpus(settings.gpus);
  if (count === 0) return {};
  return { MILLRACE_GPUS: String(count), ...(ids.length === 0 ? {} : { CUDA_VISIBLE_DEVICES: ids.join() }) };
}

/**
 * The engine's socket on this machine.
 * @throws MillraceError where it is none that a container could be given
 */
function socketOf(given: string): string {
  const places =
    given === "" ? [SOCKET, path.join(os.homedir(), ".docker/run/docker.sock")] : [given.slice("unix://".length)];
  const found = places.find((place) => fs.existsSync(place));
  if (found !== undefined) return found;
  throw new MillraceError({
    code: "MILLRACE_DETACHED",
    headline: `Cannot detach the run in a container because the engine's socket is not there: ${places.join(", ")}`,
    hint: "--detach without --with docker goes on in the background of this machine; DOCKER_HOST may name the socket",
  });
}
