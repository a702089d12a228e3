import { MillraceError } from "../../sdk/errors.ts";
import { type Blobs, blobs } from "./blobs.ts";
import { localStorage } from "./local/local-storage.ts";
import { RunRecord } from "./run-record.ts";
import type { Storage } from "./storage.ts";

/** Format of the store's layout as a whole. */
const STORE_FORMAT = 1;
const FORMAT_KEY = "millrace.json";

/** A store of runs and artifacts: the whole back end. */
export interface Datastore {
  readonly storage: Storage;
  readonly blobs: Blobs;
  record(flow: string, run: string): RunRecord;
  /** The record of a step that was tried out: laid out as a run's, but no run. */
  spin(flow: string, id: string): RunRecord;
  flows(): string[];
  /** Run ids of a flow, oldest first. */
  runs(flow: string): string[];
}

export interface DatastoreOptions {
  /** What is written survives a power cut. */
  readonly isDurable?: boolean;
}

/**
 * Opens a store for reading; nothing is created.
 * @throws MillraceError if it was written by a newer version, or names a kind of storage that is not supported.
 */
export function openDatastore(location: string, options: DatastoreOptions = {}): Datastore {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(location)) throw unsupported(location);
  const storage = localStorage(location, options);
  checkFormat(storage);
  return datastoreOn(storage);
}

/** A store over any storage, as it is. */
export function datastoreOn(storage: Storage): Datastore {
  return {
    storage,
    blobs: blobs(storage),
    record: (flow, run) => new RunRecord(storage, { flow, run }),
    spin: (flow, id) => new RunRecord(storage, { flow, run: id, root: "spins" }),
    flows: () => foldersOf(storage, "flows"),
    runs: (flow) => foldersOf(storage, `flows/${flow}`),
  };
}

/** Marks the store with its format before the first write. */
export function prepareDatastore(store: Datastore): void {
  store.storage.create(FORMAT_KEY, [Buffer.from(`${JSON.stringify({ format: STORE_FORMAT })}\n`)]);
}

function foldersOf(storage: Storage, prefix: string): string[] {
  const names = storage.list(prefix).filter((name) => name.endsWith("/"));
  return names.map((name) => name.slice(0, -1));
}

function checkFormat(storage: Storage): void {
  const bytes = storage.read(FORMAT_KEY);
  if (bytes === null) return;
  const format = formatOf(bytes);
  if (format === STORE_FORMAT) return;
  throw new MillraceError({
    code: "MILLRACE_NEWER_FORMAT",
    headline: `Cannot open the datastore ${storage.location} because its format is ${String(format)}, not ${STORE_FORMAT}`,
    hint: "a newer Millrace wrote it: update the package millrace",
  });
}

function formatOf(bytes: Uint8Array): unknown {
  try {
    return (JSON.parse(Buffer.from(bytes).toString()) as { format?: unknown }).format;
  } catch {
    return "unreadable";
  }
}

function unsupported(location: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_DATASTORE",
    headline: `Cannot open the datastore ${location} because only folders are supported so far`,
    hint: "give a path, as in --datastore ~/runs; s3:// is planned",
  });
}
