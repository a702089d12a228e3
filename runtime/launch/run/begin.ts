import os from "node:os";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { saveArtifact, settled } from "../../datastore/load-artifact.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { systemTags } from "../../datastore/check-new-tags.ts";
import { type ArtifactTable, type ProjectPlace, RECORD_FORMAT, type RunDocument } from "../../datastore/records.ts";
import { documentKey, type RecordRoot } from "../../datastore/run-keys.ts";
import type { RunRecord } from "../../datastore/run-record.ts";
import { refuseRunning } from "../plan/refuse-running.ts";
import type { Release } from "../release/release.ts";
import { newRunId } from "./new-run-id.ts";

export interface BeginOptions {
  readonly store: Datastore;
  /** Settled values of parameters and included files. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
  readonly username: string;
  readonly project: ProjectPlace | null;
  readonly originRun: string | null;
  readonly millraceVersion: string;
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
  const { store, project, originRun, isSpin = false } = options;
  const { code, configs, environments, flow, flowFile, graph, reach, shipment, stepCode } = release.document;
  const parameters = settled(store.blobs, () => valueTable(release, options));
  const createdAt = Date.now();
  const fixed = {
    format: RECORD_FORMAT,
    flow,
    createdAt,
    username: options.username,
    host: os.hostname(),
    tags: [...new Set([...options.tags, ...systemTags(project)])],
    project,
    originRun,
    parameters,
    configs,
    graph,
    code,
    flowFile,
    ...(reach === undefined ? {} : { reach }),
    stepCode,
    versions: { millrace: options.millraceVersion, node: process.versions.node },
    environments,
    ...(shipment === undefined ? {} : { shipment }),
    release: release.hash,
  } as const;
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

/** A default is stored already. */
function valueTable(
  { defaults }: Release,
  { store, parameters }: Pick<BeginOptions, "store" | "parameters">,
): ArtifactTable {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    given.map(([name, value]) => {
      const known = defaults?.get(name);
      const isDefault = known !== undefined && Object.is(known.value, value);
      return [name, isDefault ? known.ref : saveArtifact(store.blobs, name, value)];
    }),
  );
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
