import { isDeepStrictEqual } from "node:util";
import type { Datastore } from "../../../datastore/datastore.ts";
import { announceEnds, endArtifacts } from "../../../datastore/reader/end-artifacts.ts";
import type { RunSummary } from "../../../datastore/reader/run-summary.ts";
import { type StepRow, stepRows } from "../../../datastore/reader/step-rows.ts";
import { type ArtifactRef, type ArtifactTable, refIn } from "../../../datastore/records.ts";
import { fieldNames } from "../../show/field-at.ts";
import { smallValue } from "./ref-text.ts";

/** A value of one run: null where it has none of that name, its reference alone where it is large. */
export type RunValue = { readonly value: unknown } | { readonly ref: ArtifactRef } | null;

/** A parameter or a field that is not the same in all runs. */
export interface ValueRow {
  /** Of a field within an artifact its path: `bests.mape`. */
  readonly name: string;
  readonly values: readonly RunValue[];
}

/** Runs side by side; what is equal in all of them is left out, but for steps. */
export interface ManyRuns {
  readonly parameters: readonly ValueRow[];
  /** What end tasks left. */
  readonly fields: readonly ValueRow[];
  readonly steps: readonly { readonly step: string; readonly rows: readonly (StepRow | null)[] }[];
}

/** An artifact with more fields than that is one value. */
const MAX_FIELDS = 30;

export function compareMany(store: Datastore, runs: readonly RunSummary[]): ManyRuns {
  announceEnds(store, runs);
  const given = runs.map(({ document, parameters }) => ({ ...document.configs, ...parameters }));
  const ends = runs.map((run) => endArtifacts(store, run) ?? {});
  const rows = runs.map((run) => new Map(stepRows(run).map((row) => [row.step, row])));
  const steps = [...new Set(rows.flatMap((one) => [...one.keys()]))];
  return {
    parameters: differing(given).map((name) => rowOf(store, { name, tables: given })),
    fields: differing(ends).flatMap((name) => fieldRows(rowOf(store, { name, tables: ends }))),
    steps: steps.map((step) => ({ step, rows: rows.map((one) => one.get(step) ?? null) })),
  };
}

function differing(tables: readonly ArtifactTable[]): string[] {
  const names = [...new Set(tables.flatMap((table) => Object.keys(table)))].sort();
  return names.filter((name) => new Set(tables.map((table) => refIn(table, name)?.hash)).size > 1);
}

function rowOf(store: Datastore, { name, tables }: { name: string; tables: readonly ArtifactTable[] }): ValueRow {
  const values = tables.map((table): RunValue => {
    const ref = refIn(table, name);
    return ref === undefined ? null : (smallValue(store, ref) ?? { ref });
  });
  return { name, values };
}

/** Of small objects the fields that differ, each as a row of its own. */
function fieldRows(row: ValueRow): ValueRow[] {
  const leaves = row.values.map((one) => (one === null ? new Map<string, unknown>() : leavesOf(row.name, one)));
  if (leaves.some((one) => one === null)) return [row];
  const known = leaves.flatMap((one) => (one === null ? [] : [one]));
  const names = [...new Set(known.flatMap((one) => [...one.keys()]))];
  if (names.length > MAX_FIELDS) return [row];
  const all = names.map((name): ValueRow => ({
    name,
    values: known.map((one) => (one.has(name) ? { value: one.get(name) } : null)),
  }));
  return all.filter(({ values }) => values.some((one) => !isDeepStrictEqual(one, values[0])));
}

/** The values within a value by their path; null where it is not an object, or has too many. */
function leavesOf(name: string, held: NonNullable<RunValue>): Map<string, unknown> | null {
  if (!("value" in held) || fieldNames(held.value).length === 0) return null;
  const leaves = new Map<string, unknown>();
  const visit = (path: string, value: unknown): void => {
    if (leaves.size > MAX_FIELDS) return;
    const names = path.split(".").length > MAX_DEPTH ? [] : fieldNames(value);
    if (names.length === 0) leaves.set(path, value);
    for (const field of names) visit(`${path}.${field}`, (value as Record<string, unknown>)[field]);
  };
  visit(name, held.value);
  return leaves.size > MAX_FIELDS ? null : leaves;
}

/** Deeper ones are told as a whole. */
const MAX_DEPTH = 4;
