import { parseRecord } from "../parse-record.ts";
import type { RECORD_FORMAT } from "../records.ts";
import { amount, count, type Check, faultIn, fields, kinds, list, orNull, text } from "../shapes/checks.ts";
import { type RecordKind, START_ANEW } from "./record-kind.ts";

/** Counts of the data that a model was made from: small, whatever the data's size, and without its rows. */
export interface DataSketch {
  readonly format: typeof RECORD_FORMAT;
  readonly input: TableSketch | null;
  readonly output: TableSketch | null;
}

/** Counts of rows, column by column. */
export interface TableSketch {
  readonly rows: number;
  readonly columns: readonly ColumnSketch[];
  /** Columns that are left out, as there are too many. */
  readonly more: number;
}

export type ColumnSketch = NumberSketch | CategorySketch | TextSketch;

interface SketchBase {
  /** Names of fields with dots between them; empty where a row is the value itself. */
  readonly path: string;
  /** Rows that have a value there; the others have none, or null. */
  readonly count: number;
}

/** Exact counts between edges that are about equally far apart in rank. */
export interface NumberSketch extends SketchBase {
  readonly kind: "number";
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Standard deviation. */
  readonly deviation: number;
  /** At most 200, ascending. */
  readonly edges: readonly number[];
  /** Values below the first edge, from each edge up to the next, from the last one on. */
  readonly counts: readonly number[];
}

/** Exact counts of all values. */
interface CategorySketch extends SketchBase {
  readonly kind: "category";
  readonly values: readonly (readonly [value: string, count: number])[];
}

/** Of texts that are mostly different: counts by a hash of them. */
interface TextSketch extends SketchBase {
  readonly kind: "text";
  readonly hashed: readonly number[];
}

const number: Check = (value) => (Number.isFinite(value) ? null : " is not a number");
const valueCount: Check = (value) =>
  Array.isArray(value) && value.length === 2 && typeof value[0] === "string" && count(value[1]) === null
    ? null
    : " is not a value and its count";
const base = { path: text, count };
const shape = kinds("kind", {
  number: {
    ...base,
    min: number,
    max: number,
    mean: number,
    deviation: amount,
    edges: list(number),
    counts: list(count),
  },
  category: { ...base, values: list(valueCount) },
  text: { ...base, hashed: list(count) },
});
const column: Check = (value) => {
  const fault = shape(value);
  const { kind, edges, counts } = value as NumberSketch;
  if (fault !== null || kind !== "number") return fault;
  if (edges.some((edge, at) => at > 0 && !(edge > (edges[at - 1] ?? 0)))) return ".edges are not ascending";
  return counts.length === edges.length + 1 ? null : `.counts are ${counts.length}, not one more than the edges`;
};
const tableSketch = orNull(fields({ rows: count, columns: list(column), more: count }));
const sketch = fields({ input: tableSketch, output: tableSketch });

/** In a blob, which a version of a model names. */
export const dataSketchKind: RecordKind<DataSketch> = {
  name: "data-sketch",
  keys: [],
  parse: parseDataSketch,
  title: ({ key }) => `sketch of training data in blob ${key.slice(0, 16)}…`,
  loses: () => ["what served data are compared with"],
  fix: () => START_ANEW,
};

export function parseDataSketch(json: string, key: string): DataSketch {
  return parseRecord(json, key, (record) => faultIn(sketch, record)) as DataSketch;
}
