import type { DuckDBDataChunk } from "@duckdb/node-api";
import type { Column } from "../source-spec.ts";
import { GatheredColumn } from "./gathered-column.ts";
import type { SqlColumn } from "./sql-column.ts";

/** Rows of a table, by what they are for. */
export interface GatheredRows {
  readonly length: number;
  readonly columns: ReadonlyMap<string, Column>;
  readonly instants: ReadonlyMap<string, Column>;
}

/** Chunks that belong together, one after the other. */
export class GatheredChunks {
  readonly #columns: readonly SqlColumn[];
  readonly #capacity: number | undefined;
  #gathered: readonly GatheredColumn[];
  #length = 0;

  /** @param capacity - how many rows are expected */
  constructor(columns: readonly SqlColumn[], capacity?: number) {
    this.#columns = columns;
    this.#capacity = capacity;
    this.#gathered = this.#begun();
  }

  get length(): number {
    return this.#length;
  }

  /** @param from - of its rows the first that is taken; those from `to` on are left */
  add(chunk: DuckDBDataChunk, from = 0, to = chunk.rowCount): void {
    for (const [at, column] of this.#gathered.entries()) column.add(chunk.getColumnVector(at), from, to);
    this.#length += to - from;
  }

  /** What was gathered, which is begun anew. */
  take(): GatheredRows {
    const of = (isClock: boolean) =>
      new Map(
        this.#columns.flatMap((column, at) =>
          column.isClock === isClock ? [[column.name, this.#gathered[at]!.all] as const] : [],
        ),
      );
    const taken = { length: this.#length, columns: of(false), instants: of(true) };
    this.#gathered = this.#begun();
    this.#length = 0;
    return taken;
  }

  #begun(): readonly GatheredColumn[] {
    return this.#columns.map((column) => new GatheredColumn(column, this.#capacity));
  }
}
