import os from "node:os";
import { saveArtifact, settled } from "../../datastore/load-artifact.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { systemTags } from "../../datastore/check-new-tags.ts";
import type { RunTrigger } from "../../datastore/kinds/run-trigger.ts";
import {
  type ArtifactTable,
  type ProjectPlace,
  RECORD_FORMAT,
  type RunDeployment,
  type RunDocument,
} from "../../datastore/records.ts";
import type { Release } from "../release/release.ts";

export interface RunDocumentOptions {
  readonly store: Datastore;
  /** Settled values of parameters and included files. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
  readonly username: string;
  readonly project: ProjectPlace | null;
  readonly originRun: string | null;
  readonly millraceVersion: string;
  readonly createdAt: number;
  /** Another scheduler may go on with the run under its id. @defaultValue false */
  readonly mayContinue?: boolean;
  /** What starts it; with the deployment where that is not a person. */
  readonly deployed?: { readonly deployment?: RunDeployment; readonly trigger: RunTrigger } | undefined;
  /** Why its values could not be settled. */
  readonly refusal?: string | undefined;
}

/** Stores the values of a run of that release. @returns the document that names them, without the run's id */
export function runDocument(release: Release, options: RunDocumentOptions): Omit<RunDocument, "run"> {
  const { store, project, originRun, createdAt, refusal, deployed } = options;
  const { code, configs, environments, flow, flowFile, graph, reach, shipment, stepCode } = release.document;
  const parameters = settled(store.blobs, () => valueTable(release, options));
  return {
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
    ...(options.mayContinue === true ? { mayContinue: true as const } : {}),
    ...deployed,
    ...(refusal === undefined ? {} : { refusal }),
  };
}

/** A default is stored already. */
function valueTable(
  { defaults }: Release,
  { store, parameters }: Pick<RunDocumentOptions, "store" | "parameters">,
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
