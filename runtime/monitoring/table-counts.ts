import type { ColumnSketch, NumberSketch, TableSketch } from "../datastore/kinds/data-sketch.ts";
import { flatRow } from "../sketch/flat-row.ts";
import { hashedCell } from "../sketch/hashed-cell.ts";
import type { CellPair } from "./pooled-cells.ts";
import { categoryOf, lengthPath } from "../sketch/sketch-table.ts";

/** A column of the reference and of what is compared with it, in the same cells; the last one counts rows without a value. */
export interface CountedColumn extends CellPair {
  readonly path: string;
  readonly kind: ColumnSketch["kind"];
  readonly sketch: ColumnSketch | null;
  /** Names of the cells, where they have some. */
  readonly values: readonly string[];
  /** Of numbers in the window; null for other columns, or of none. */
  readonly mean: number | null;
}

interface Counter {
  readonly sketch: ColumnSketch;
  /** Of numbers. */
  readonly edges: readonly number[];
  /** By cell, or by value. */
  readonly cells: number[];
  readonly values: Map<string, number>;
  /** Of the other type than the reference's. */
  strange: number;
  numbers: number;
  mean: number;
}

const MAX_NEW_COLUMNS = 200;
const HEAP = 5;
const MAX_NEW_VALUES = 10_000;

/** Counts rows in the cells of a reference as they come: it takes the memory of the reference, however many they are. */
export class TableCounts {
  readonly #reference: TableSketch;
  readonly #counters: ReadonlyMap<string, Counter>;
  /** Columns that the reference lacks. */
  readonly #others = new Map<string, number>();
  #rows = 0;

  constructor(reference: TableSketch) {
    this.#reference = reference;
    this.#counters = new Map(reference.columns.map((sketch) => [sketch.path, counterOf(sketch)]));
  }

  get rows(): number {
    return this.#rows;
  }

  add(row: unknown): void {
    this.#rows += 1;
    flatRow(row, (path, value) => {
      const counter = this.#counters.get(path);
      if (counter !== undefined) return this.#count(counter, value);
      if (this.#reference.more === 0 && (this.#others.has(path) || this.#others.size < MAX_NEW_COLUMNS))
        this.#others.set(path, (this.#others.get(path) ?? 0) + 1);
    });
  }

  columns(): CountedColumn[] {
    const known = [...this.#counters.values()].map((counter) => this.#counted(counter));
    const { rows } = this.#reference;
    const isNew = [...this.#others].map(([path, count]): CountedColumn => ({
      ...{ path, kind: "category", sketch: null, values: ["present"], mean: null },
      reference: [0, rows],
      window: [count, this.#rows - count],
    }));
    return [...known, ...isNew];
  }

  #count(counter: Counter, value: string | number): void {
    const { sketch, edges, cells, values } = counter;
    switch (sketch.kind) {
      case "number": {
        if (typeof value === "string") return void (counter.strange += 1);
        counter.numbers += 1;
        // A sum may become too large for a number, the mean of numbers does not.
        counter.mean += value / counter.numbers - counter.mean / counter.numbers;
        return more(cells, cellOf(edges, value));
      }
      case "category": {
        const name = categoryOf(value);
        const isCounted = values.has(name) || values.size < sketch.values.length + MAX_NEW_VALUES;
        if (isCounted) values.set(name, (values.get(name) ?? 0) + 1);
        else counter.strange += 1;
        return;
      }
      case "text": {
        const text = String(value);
        more(cells, hashedCell(text));
        const lengths = this.#counters.get(lengthPath(sketch.path));
        if (lengths !== undefined) this.#count(lengths, text.length);
      }
    }
  }

  #counted({ sketch, cells, values, strange, numbers, mean }: Counter): CountedColumn {
    const { path, kind } = sketch;
    const names = kind === "category" ? [...values.keys()] : [];
    const known = new Map(sketch.kind === "category" ? sketch.values : []);
    const before = kind === "category" ? names.map((name) => known.get(name) ?? 0) : referenceCells(sketch);
    const now = kind === "category" ? [...values.values()] : cells;
    const without = this.#rows - now.reduce((all, count) => all + count, 0) - strange;
    return {
      ...{ path, kind, sketch, values: names, mean: numbers === 0 ? null : mean },
      reference: [...before, 0, this.#reference.rows - sketch.count],
      window: [...now, strange, without],
    };
  }
}

function counterOf(sketch: ColumnSketch): Counter {
  const cells = new Array<number>(referenceCells(sketch).length).fill(0);
  const values = new Map(sketch.kind === "category" ? sketch.values.map(([value]) => [value, 0] as const) : []);
  const edges = sketch.kind === "number" ? topped(sketch) : [];
  return { sketch, edges, cells, values, strange: 0, numbers: 0, mean: 0 };
}

function referenceCells(sketch: ColumnSketch): readonly number[] {
  if (sketch.kind === "number") return isHeaped(sketch) ? [...sketch.counts, 0] : sketch.counts;
  return sketch.kind === "text" ? sketch.hashed : [];
}

/** True where many rows have the largest value, as of a column that was always the same: what is larger is a cell of its own. */
function isHeaped({ edges, max, counts }: NumberSketch): boolean {
  return edges.at(-1) === max && (counts.at(-1) ?? 0) >= HEAP && max < Number.MAX_VALUE;
}

function topped(sketch: NumberSketch): readonly number[] {
  const { edges, max } = sketch;
  return isHeaped(sketch) ? [...edges, max + Math.max(Math.abs(max) * Number.EPSILON, Number.MIN_VALUE)] : edges;
}

/** The first cell is below the first edge. */
function cellOf(edges: readonly number[], value: number): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value >= (edges[middle] ?? Infinity)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function more(cells: number[], cell: number): void {
  cells[cell] = (cells[cell] ?? 0) + 1;
}
