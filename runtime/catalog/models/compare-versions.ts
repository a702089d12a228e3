import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import type { ModelVersion } from "../../datastore/kinds/model-version.ts";
import { numberOf } from "../../datastore/last-values.ts";
import { loadArtifact } from "../../datastore/load-artifact.ts";
import type { ArtifactRef, ArtifactTable } from "../../datastore/records.ts";

/** Something that is otherwise in two versions. */
export interface ModelChange {
  /** Which part of them. */
  readonly part: ModelPart;
  /** Of the metric, the parameter, the artifact, the package; of a part that there is once, what of it. */
  readonly name: string;
  /** Numbers of metrics, values of parameters, short hashes of what else; undefined where that version has none. */
  readonly from: unknown;
  /** The same of the other version. */
  readonly to: unknown;
}

/** What versions are compared in. */
export type ModelPart =
  | "artifact"
  | "metric"
  | "parameter"
  | "configuration"
  | "data"
  | "features"
  | "code"
  | "package"
  | "schema"
  | "description";

/** What differs between two versions, part by part. */
export function compareVersions(store: Datastore, [a, b]: readonly [ModelVersion, ModelVersion]): ModelChange[] {
  const facts = [factsOf(store, a), factsOf(store, b)] as const;
  const keys = new Set([...facts[0].keys(), ...facts[1].keys()]);
  return [...keys].flatMap((key): ModelChange[] => {
    const [from, to] = [facts[0].get(key), facts[1].get(key)];
    if (from?.same === to?.same) return [];
    const [part = "", name = ""] = key.split("\n");
    return [{ part: part as ModelPart, name, from: from?.shown(), to: to?.shown() }];
  });
}

interface Fact {
  /** Equal where nothing differs. */
  readonly same: string;
  shown(): unknown;
}

/** By part and name, in the order in which they are read. */
function factsOf(store: Datastore, version: ModelVersion): ReadonlyMap<string, Fact> {
  const { artifact, metrics, input, output, description, lineage } = version;
  const facts = new Map<string, Fact>();
  const add = (part: ModelPart, name: string, value: unknown) => {
    if (value !== null) facts.set(`${part}\n${name}`, { same: JSON.stringify(value) ?? "", shown: () => value });
  };
  const addAll = (part: ModelPart, table: ArtifactTable) => {
    for (const [name, ref] of Object.entries(table))
      facts.set(`${part}\n${name}`, { same: ref.hash, shown: () => valueOf(store, name, ref) });
  };
  add("artifact", version.source.artifact, `${artifact.type} ${short(artifact.hash)}`);
  // As they are stored: JSON has one null for NaN and both infinities.
  for (const [name, value] of Object.entries(metrics))
    facts.set(`metric\n${name}`, { same: JSON.stringify(value), shown: () => numberOf(value) });
  addAll("parameter", lineage.parameters);
  addAll("configuration", lineage.configs);
  for (const [name, { type, hash }] of Object.entries(lineage.data)) add("data", name, `${type} ${short(hash)}`);
  for (const { view, version: number, hash, features } of lineage.features ?? [])
    add("features", view, `version ${number} ${short(hash)}: ${features.join(", ")}`);
  add("code", "package", short(lineage.code));
  if (lineage.git !== null) {
    add("code", "commit", short(lineage.git.commit));
    add("code", "isDirty", lineage.git.isDirty);
  }
  add("package", "millrace", lineage.versions.millrace);
  add("package", "node", lineage.versions.node);
  for (const [name, wanted] of Object.entries(lineage.environment)) add("package", name, wanted);
  add("schema", "input", input === null ? null : (input.json ?? input.vendor));
  add("schema", "output", output === null ? null : (output.json ?? output.vendor));
  add("description", "text", description);
  return facts;
}

/** A plain value as it is, any other as what it is. */
function valueOf(store: Datastore, name: string, ref: ArtifactRef): unknown {
  const what = `${ref.type} ${short(ref.hash)}`;
  if (ref.data === undefined) return what;
  try {
    const value = loadArtifact(store.blobs, name, ref);
    return Object(value) === value || typeof value === "bigint" ? what : value;
  } catch (error) {
    if (!isMillraceError(error) || error.code === "MILLRACE_STORAGE") throw error;
    return what;
  }
}

function short(hash: string): string {
  return hash.slice(0, 8);
}
