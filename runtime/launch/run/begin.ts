import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import type { RunDocument } from "../../datastore/records.ts";
import { documentKey, type RecordRoot } from "../../datastore/run-keys.ts";
import type { RunRecord } from "../../datastore/run-record.ts";
import { refuseRunning } from "../plan/refuse-running.ts";
import type { Release } from "../release/release.ts";
import { newRunId } from "../../datastore/new-run-id.ts";
import { runDocument, type RunDocumentOptions } from "./run-document.ts";

export interface BeginOptions extends Omit<RunDocumentOptions, "createdAt" | "refusal"> {
  /** True for a step that is tried out: its record is no run's. */
  readonly isSpin?: boolean;
}

/** A run that has its id and its document, and no task yet. */
export interface BegunRun {
  readonly document: RunDocument;
  readonly record: RunRecord;
  readonly isSpin: boolean;
}

/** Stores the values of a run of that release, and claims a run id with the document that names them. */
export function begin(release: Release, options: BeginOptions): BegunRun {
  const { store, originRun, isSpin = false } = options;
  const { flow } = release.document;
  const createdAt = Date.now();
  const fixed = runDocument(release, { ...options, createdAt });
  for (;;) {
    const document: RunDocument = { ...fixed, run: newRunId(createdAt) };
    const { run } = document;
    const record = isSpin ? store.spin(flow, run) : store.record(flow, run);
    if (!record.create(document)) continue;
    if (originRun !== null) refuseWithoutOrigin(store, document, isSpin ? "spins" : "flows");
    if (originRun !== null && !isSpin) refuseAwakeOrigin(store, document);
    return { document, record, isSpin };
  }
}

/** From now on the origin stays, as long as this record does; a gc may have removed it until now. */
function refuseWithoutOrigin(store: Datastore, { flow, run, originRun }: RunDocument, root: RecordRoot): void {
  if (store.storage.has(documentKey({ flow, run: originRun ?? "" }))) return;
  store.storage.remove([documentKey({ flow, run, root })]);
  throw new MillraceError({
    code: "MILLRACE_UNKNOWN_RUN",
    headline: `Cannot go on from ${flow}/${originRun ?? ""} because it has just been removed from the datastore`,
    hint: "start a new run with the command run; gc --keep RUN keeps a run that is still needed",
  });
}

/**
 * The origin's scheduler may have slept, and awoke since it was found to be gone. It says so before it looks for runs like
 * this one, and here the order is the other way round: at least one of both sees the other.
 */
function refuseAwakeOrigin(store: Datastore, { flow, run, originRun }: RunDocument): void {
  try {
    refuseRunning(store, { flow, run: originRun ?? "" });
  } catch (error) {
    store.storage.remove([documentKey({ flow, run })]);
    throw error;
  }
}
