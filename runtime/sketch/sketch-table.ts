import type { ColumnSketch, NumberSketch, TableSketch } from "../datastore/kinds/data-sketch.ts";
import { evenly } from "./logged-value.ts";
import { flatRow } from "./flat-row.ts";
import { momentsOf } from "./moments-of.ts";
import { hashedCell, HASHED_CELLS } from "./hashed-cell.ts";

const MAX_ROWS = 1_000_000;
const MAX_COLUMNS = 200;
const MAX_EDGES = 200;
/** With more different values than this, or where most are different, texts are counted by their hash. */
const MAX_VALUES = 1000;
const MOSTLY_DIFFERENT = 0.5;
const FEW_VALUES = 20;
const MAX_VALUE_CHARS = 100;

interface Gathered {
  readonly numbers: number[];
  readonly texts: string[];
}

/**
 * Counts rows, column by column. Edges of numbers lie 1/200 of the rows apart, so a quantile that is read from the counts is
 * at most that far off in rank, but where equal values cross an edge; the counts between the edges are exact.
 */
export function sketchTable(rows: readonly unknown[]): TableSketch {
  const taken = rows.length > MAX_ROWS ? evenly(rows, MAX_ROWS) : rows;
  const columns = new Map<string, Gathered>();
  const left = new Set<string>();
  for (const row of taken) {
    flatRow(row, (path, value) => {
      let column = columns.get(path);
      if (column === undefined) {
        if (columns.size >= MAX_COLUMNS) return void left.add(path);
        columns.set(path, (column = { numbers: [], texts: [] }));
      }
      if (typeof value === "number") column.numbers.push(value);
      else column.texts.push(value);
    });
  }
  const all = [...columns].flatMap(([path, column]) => columnSketches(path, column));
  return { rows: taken.length, columns: all, more: left.size };
}

/** A column of texts that are mostly different has two: their hashes, and their lengths. */
function columnSketches(path: string, { numbers, texts }: Gathered): ColumnSketch[] {
  if (texts.length === 0) return [numberSketch(path, numbers)];
  const words = numbers.length === 0 ? texts : [...texts, ...numbers.map(String)];
  const counts = new Map<string, number>();
  for (const word of words) {
    const value = categoryOf(word);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const isText = counts.size > MAX_VALUES || counts.size > Math.max(FEW_VALUES, words.length * MOSTLY_DIFFERENT);
  if (!isText) {
    const values = [...counts].sort(([, a], [, b]) => b - a);
    return [{ kind: "category", path, count: words.length, values }];
  }
  const hashed = new Array<number>(HASHED_CELLS).fill(0);
  for (const word of words) more(hashed, hashedCell(word));
  const lengths = numberSketch(
    lengthPath(path),
    words.map(({ length }) => length),
  );
  return [{ kind: "text", path, count: words.length, hashed }, lengths];
}

/** The column with the lengths of texts. */
export function lengthPath(path: string): string {
  return `${path}.length`;
}

/** A value as it is counted. */
export function categoryOf(value: string | number): string {
  const text = String(value);
  return text.length > MAX_VALUE_CHARS ? `${text.slice(0, MAX_VALUE_CHARS)}…` : text;
}

function numberSketch(path: string, numbers: readonly number[]): NumberSketch {
  const sorted = Float64Array.from(numbers).sort();
  const edges = [...new Set(evenly(sorted, MAX_EDGES))];
  const counts = new Array<number>(edges.length + 1).fill(0);
  let cell = 0;
  for (const value of sorted) {
    while (cell < edges.length && value >= (edges[cell] ?? Infinity)) cell += 1;
    more(counts, cell);
  }
  return { kind: "number", path, count: sorted.length, ...ends(sorted), ...momentsOf(sorted), edges, counts };
}

function more(counts: number[], cell: number): void {
  counts[cell] = (counts[cell] ?? 0) + 1;
}

function ends(sorted: Float64Array) {
  return { min: sorted.at(0) ?? 0, max: sorted.at(-1) ?? 0 };
}
