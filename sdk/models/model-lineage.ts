import { lineageFacts } from "../../runtime/catalog/models/lineage-facts.ts";
import { loadArtifact } from "../../runtime/datastore/load-artifact.ts";
import type { ArtifactTable } from "../../runtime/datastore/records.ts";
import type { GitState } from "../../runtime/datastore/release-document.ts";
import type { Datastore } from "../../runtime/datastore/datastore.ts";
import type { StoredModel } from "./stored-model.ts";

/** What a version was made from, as the record of its run said when it was registered. */
export interface ModelLineage {
  /** Who registered it. */
  readonly username: string;
  /** When. */
  readonly at: Date;
  /** On which machine. */
  readonly host: string;
  /** The run that made it. */
  readonly run: LineageRun;
  /** The task whose artifact it is: `Flow/run/step/task`. */
  readonly task: string;
  /** Name of that artifact. */
  readonly artifact: string;
  /** The code package that the run executed. */
  readonly code: LineageCode;
  /** The commit that the code lay in; null where it lay in no repository. */
  readonly git: GitState | null;
  /** Values of the run's parameters and included files, by name; each is loaded when it is read. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Values of its configurations; each is loaded when it is read. */
  readonly configs: Readonly<Record<string, unknown>>;
  /** What executed the step. */
  readonly environment: LineageEnvironment;
  /** The other artifacts of the task, such as the data it was trained on. Their hashes stay when the run is removed. */
  readonly data: readonly LineageData[];
  /** Feature views that the task, or those before it in the run, computed with `features.historical`. */
  readonly features: readonly LineageFeatures[];
}

/** The run in a {@link ModelLineage}. */
export interface LineageRun {
  /** `Flow/run` */
  readonly pathspec: string;
  /** Who started it. */
  readonly username: string;
  /** When it started. */
  readonly startedAt: Date;
  /** The run that it resumed. */
  readonly originRunId: string | null;
}

/** The code in a {@link ModelLineage}. */
export interface LineageCode {
  /** Of the package, in the datastore. */
  readonly hash: string;
  /** The flow file, relative to the package's root. */
  readonly file: string;
}

/** The environment in a {@link ModelLineage}. */
export interface LineageEnvironment {
  /** Version of Millrace. */
  readonly millrace: string;
  /** Version of Node. */
  readonly node: string;
  /** Exact versions of what the step's `@env` installed. */
  readonly packages: Readonly<Record<string, string>>;
}

/** An artifact in a {@link ModelLineage}. */
export interface LineageData {
  /** Name of the artifact. */
  readonly name: string;
  /** What it is, for people. */
  readonly type: string;
  /** Of the stored value, in bytes. */
  readonly size: number;
  /** SHA-256 of the stored value, in hex. */
  readonly hash: string;
}

/** Features in a {@link ModelLineage}. */
export interface LineageFeatures {
  /** Name of the view. */
  readonly view: string;
  /** Its version, as `millrace features show` numbers it. */
  readonly version: number;
  /** SHA-256 of its definition, in hex. */
  readonly hash: string;
  /** Which of its features. */
  readonly features: readonly string[];
  /** The first task that asked for them: `Flow/run/step/task`. */
  readonly task: string;
}

export function lineageOf({ store, version }: StoredModel): ModelLineage {
  const { parameters, configs } = version.lineage;
  return {
    ...lineageFacts(version),
    parameters: lazyValues(store, parameters),
    configs: lazyValues(store, configs),
  };
}

function lazyValues({ blobs }: Datastore, table: ArtifactTable): Record<string, unknown> {
  const values = {};
  for (const [name, ref] of Object.entries(table)) {
    let loaded: { value: unknown } | null = null;
    const get = () => (loaded ??= { value: loadArtifact(blobs, name, ref) }).value;
    Object.defineProperty(values, name, { enumerable: true, configurable: true, get });
  }
  return values;
}
