import { MillraceError } from "../../sdk/base/millrace-error.ts";
import { environment } from "../config.ts";
import { type StoreSettings, storeSettings } from "../settings/store-settings.ts";
import { type Blobs, blobs } from "./blobs.ts";
import { localStorage } from "./local/local-storage.ts";
import { ResultTables } from "./result-tables.ts";
import { RunRecord } from "./run-record.ts";
import { withBlobCache } from "./thread/with-blob-cache.ts";
import { s3Storage } from "./s3/s3-storage.ts";
import type { Storage } from "./storage.ts";
import { checkFormat, markStore } from "./store-format.ts";

/** Nothing of a store belongs into the repository of the project around it. */
const IGNORED_KEY = ".gitignore";

/** A store of runs and artifacts: the whole back end. */
export interface Datastore {
  readonly storage: Storage;
  readonly blobs: Blobs;
  readonly tables: ResultTables;
  record(flow: string, run: string): RunRecord;
  /** The record of a step that was tried out: laid out as a run's, but no run. */
  spin(flow: string, id: string): RunRecord;
  flows(): string[];
  /** Run ids of a flow, oldest first. */
  runs(flow: string): string[];
  /** Stores what is on its way and frees what the store holds; nothing can be asked of it after. */
  close(): void;
}

export interface DatastoreOptions {
  /** What is written survives a power cut. */
  readonly isDurable?: boolean;
  /** As it is: without a check of its format, and without copies of blobs on this machine. */
  readonly isForCare?: boolean;
  /** @defaultValue those of this process */
  readonly settings?: StoreSettings;
}

/**
 * Opens a store for reading; nothing is created.
 * @throws MillraceError if it was written by a newer version, or names a kind of storage that is not supported.
 */
export function openDatastore(location: string, options: DatastoreOptions = {}): Datastore {
  const storage = storageAt(location, options);
  checkFormat(storage, options);
  return datastoreOn(storage);
}

function storageAt(location: string, options: DatastoreOptions): Storage {
  const [, scheme] = /^([a-z][a-z0-9+.-]+):\/\//i.exec(location) ?? [];
  if (scheme === undefined) return localStorage(location, options);
  if (scheme.toLowerCase() !== "s3") throw unsupported(location);
  const { s3, env, blobCache } = options.settings ?? storeSettings(environment());
  const remote = s3Storage(location, { settings: s3, env });
  return options.isForCare === true ? remote : withBlobCache(remote, blobCache);
}

/** A store over any storage, as it is. */
export function datastoreOn(storage: Storage): Datastore {
  const ofStorage = blobs(storage);
  const tables = new ResultTables(ofStorage);
  return {
    storage,
    blobs: ofStorage,
    tables,
    record: (flow, run) => new RunRecord({ storage, tables }, { flow, run }),
    spin: (flow, id) => new RunRecord({ storage, tables }, { flow, run: id, root: "spins" }),
    flows: () => foldersOf(storage, "flows"),
    runs: (flow) => foldersOf(storage, `flows/${flow}`),
    close: () => storage.close(),
  };
}

/** Marks the store with its format before the first write; a new folder is kept out of Git. */
export function prepareDatastore({ storage }: Datastore): void {
  // In a folder that holds anything else, the user decides what Git ignores.
  const isNewFolder = storage.folder !== null && storage.list("").length === 0;
  markStore(storage);
  if (isNewFolder) storage.create(IGNORED_KEY, [Buffer.from("*\n")]);
}

function foldersOf(storage: Storage, prefix: string): string[] {
  const names = storage.list(prefix).filter((name) => name.endsWith("/"));
  return names.map((name) => name.slice(0, -1));
}

function unsupported(location: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_DATASTORE",
    headline: `Cannot open the datastore ${location} because it is neither a folder nor a bucket`,
    hint: "give a path, as in --datastore ~/runs, or s3://bucket/prefix",
  });
}
