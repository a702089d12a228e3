import type { DuckDBDataChunk } from "@duckdb/node-api";
import type { Column } from "../source-spec.ts";
import type { SqlColumn } from "./sql-column.ts";

/** Chunks that belong together, one after the other. */
export class GatheredChunks {
  readonly #columns: readonly SqlColumn[];
  #values: unknown[][];
  #length = 0;

  constructor(columns: readonly SqlColumn[]) {
    this.#columns = columns;
    this.#values = columns.map(() => []);
  }

  get length(): number {
    return this.#length;
  }

  /** @param from - of its rows the first that is taken; those from `to` on are left */
  add(chunk: DuckDBDataChunk, from = 0, to = chunk.rowCount): void {
    this.#columns.forEach(({ read }, column) => {
      const values = this.#values[column]!;
      const all = chunk.getColumnValues(column);
      for (let row = from; row < to; row += 1) values.push(read(all[row]));
    });
    this.#length += to - from;
  }

  /** What was gathered, which is begun anew. */
  take(): { length: number; columns: ReadonlyMap<string, Column>; instants: ReadonlyMap<string, Column> } {
    const of = (isClock: boolean) =>
      new Map(
        this.#columns.flatMap((column, at) =>
          column.isClock === isClock ? [[column.name, this.#values[at]!] as const] : [],
        ),
      );
    const taken = { length: this.#length, columns: of(false), instants: of(true) };
    this.#values = this.#columns.map(() => []);
    this.#length = 0;
    return taken;
  }
}
