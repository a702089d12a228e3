import type { FeatureUse } from "../../../sdk/base/feature-use.ts";
import type { StoredNumber } from "../last-values.ts";
import { parseRecord } from "../parse-record.ts";
import type { ArtifactRef, ArtifactTable, RECORD_FORMAT, RunDocument } from "../records.ts";
import type { GitState } from "../release-document.ts";
import { count, faultIn, fields, hash, name, object, optional, orNull, table, text, time } from "../shapes/checks.ts";
import { artifactRef, artifactTable, featureUses, storedNumber } from "../shapes/parts.ts";
import { gitState } from "../shapes/release.ts";
import { dataSketchKind } from "./data-sketch.ts";
import { type RecordKind, START_ANEW } from "./record-kind.ts";
import { releaseKind } from "./release.ts";
import { valueIn, valuesIn } from "./values-in.ts";

/** What a model takes or gives, as its schema says. */
export interface ModelSchema {
  /** Of the library that made it: `zod`, `valibot`, `arktype`. */
  readonly vendor: string;
  /** JSON Schema; null where the library cannot say it as that. */
  readonly json: Readonly<Record<string, unknown>> | null;
}

/** The task whose artifact a version is. */
export interface ModelSource {
  readonly flow: string;
  readonly run: string;
  readonly step: string;
  readonly task: number;
  /** From 0. */
  readonly attempt: number;
  /** Name of the artifact. */
  readonly artifact: string;
  /** When the run started, and who started it. */
  readonly startedAt: number;
  readonly username: string;
  /** The run that this one resumed. */
  readonly originRun: string | null;
}

/** What a version was made from, copied from the record of its run: it stays when the run is removed. */
export interface StoredLineage {
  /** Blob of the code package. */
  readonly code: string;
  readonly flowFile: string;
  /** Blob of the release; null for a run of the first versions. */
  readonly release: string | null;
  /** Null where the code lay in no repository. */
  readonly git: GitState | null;
  readonly versions: RunDocument["versions"];
  /** Exact versions of what the step's `@env` installed. */
  readonly environment: Readonly<Record<string, string>>;
  readonly parameters: ArtifactTable;
  readonly configs: ArtifactTable;
  /** The other artifacts that the task left: their hashes, not their bytes. */
  readonly data: ArtifactTable;
  /** Features that the task or those before it computed; missing for none. */
  readonly features?: readonly FeatureUse[];
}

/** A version without its number. */
export interface ModelDraft {
  /** The same for all that would register the same once more: a further attempt of the task, whoever finishes for it. */
  readonly registration: string;
  readonly username: string;
  readonly host: string;
  readonly description: string | null;
  readonly metrics: Readonly<Record<string, StoredNumber>>;
  readonly input: ModelSchema | null;
  readonly output: ModelSchema | null;
  readonly artifact: ArtifactRef;
  /** Blob of the sketch of its training data; null or missing for none. */
  readonly sketch?: string | null;
  readonly source: ModelSource;
  readonly lineage: StoredLineage;
}

/** One version of a model, created under the next number that none has, and never changed. */
export interface ModelVersion extends ModelDraft {
  readonly format: typeof RECORD_FORMAT;
  readonly model: string;
  /** From 1, without a gap. */
  readonly number: number;
  readonly time: number;
}

const schema = orNull(fields({ vendor: text, json: orNull(object) }));

export const modelDraft = {
  registration: name,
  username: text,
  host: text,
  description: orNull(text),
  metrics: table(storedNumber),
  input: schema,
  output: schema,
  artifact: artifactRef,
  sketch: optional(orNull(hash)),
  source: fields({
    flow: name,
    run: name,
    step: name,
    task: count,
    attempt: count,
    artifact: text,
    startedAt: time,
    username: text,
    originRun: orNull(name),
  }),
  lineage: fields({
    code: hash,
    flowFile: text,
    release: orNull(hash),
    git: orNull(gitState),
    versions: fields({ millrace: text, node: text }),
    environment: table(text),
    parameters: artifactTable,
    configs: artifactTable,
    data: artifactTable,
    features: optional(featureUses),
  }),
};

const version = fields({ model: name, number: count, time, ...modelDraft });

export const modelVersionKind: RecordKind<ModelVersion> = {
  name: "model-version",
  keys: [
    {
      key: "models/<name>/versions/<n>.json",
      is: "one version of a model: its artifact, metrics and lineage; written once",
      form: "whole",
    },
  ],
  parse: parseModelVersion,
  references: neededByDraft,
  voidedBy: ({ key }) => key.replace("/versions/", "/removals/"),
  title: ({ key }) => referenceIn(key),
  loses: ({ key }) => [`the model ${referenceIn(key)}`],
  fix: ({ key }) =>
    `models remove ${referenceIn(key)}, or ${START_ANEW.replace(/^start a new run, or /, "")}; then register it again`,
};

/** What a version keeps: its artifact with its files, its code, its release, its values. Its data stay as their runs do. */
export function* neededByDraft({ artifact, source, lineage, sketch = null }: ModelDraft): ReturnType<typeof valuesIn> {
  const { code, release, parameters, configs } = lineage;
  yield* valueIn(artifact, `artifact "${source.artifact}"`);
  yield { to: "blob", hash: code, what: "code" };
  if (sketch !== null) yield { to: "record", hash: sketch, kind: dataSketchKind, what: "sketch of its training data" };
  yield* valuesIn(parameters, "parameter");
  yield* valuesIn(configs, "configuration");
  if (release !== null) yield { to: "record", hash: release, kind: releaseKind, what: "release" };
}

/** @throws MillraceError for what is not the version that its key names */
export function parseModelVersion(json: string, key: string): ModelVersion {
  return parseRecord(json, key, (record) => {
    const fault = faultIn(version, record);
    if (fault !== null) return fault;
    const { model, number } = record as ModelVersion;
    return key === modelVersionKey(model, number) ? null : `it says that it is ${model}@${number}`;
  }) as ModelVersion;
}

/** Everything of one model lies below this. */
export function modelFolder(model: string): string {
  return `models/${model}`;
}

export function modelVersionKey(model: string, number: number): string {
  return `${modelFolder(model)}/versions/${number}.json`;
}

function referenceIn(key: string): string {
  const [, model = "", , file = ""] = key.split("/");
  return `${model}@${file.replace(/\.json$/, "")}`;
}
