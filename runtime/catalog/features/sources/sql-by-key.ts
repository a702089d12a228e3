import type { DuckDBDataChunk } from "@duckdb/node-api";
import type { Column, RowsByKey, SourceColumns, SourceRows } from "../source-spec.ts";
import { GatheredChunks } from "./gathered-chunks.ts";
import { identifier, type OpenSql, type SqlSource, withSql } from "./open-sql.ts";
import { chunksOf, sqlColumns } from "./read-sql.ts";
import type { SqlColumn } from "./sql-column.ts";

/** So many rows are worked on together. */
const PART_ROWS = 65_536;
/** The place of a row in what the statement gives: no column of the statement can be called so. */
const PLACE = "\u0000place";

/** Rows of a statement, sorted by DuckDB, which uses the disk for what memory does not hold. */
export function sqlByKey(source: SqlSource, { partRows = PART_ROWS }: { readonly partRows?: number } = {}): RowsByKey {
  return {
    hasMore: async (than) =>
      withSql(source, async (sql) => {
        const counted = `SELECT count(*) FROM (SELECT 1 FROM ${sql.table} LIMIT ${than + 1})`;
        for await (const chunk of chunksOf(sql, counted)) return Number(chunk.getColumnValues(0)[0]) > than;
        return false;
      }),
    each: async (wanted, keys, take) =>
      withSql(source, async (sql) => {
        const columns = [...sqlColumns(sql, wanted), { name: PLACE, isClock: false, read: Number }];
        const parts = new Parts(sql, { columns, keys, partRows });
        for await (const chunk of chunksOf(sql, sorted(sql, wanted, keys)))
          for (const part of parts.add(chunk)) if (!take(part)) return;
        take(parts.last());
      }),
  };
}

function sorted(sql: OpenSql, wanted: SourceColumns, keys: readonly string[]): string {
  const list = sqlColumns(sql, wanted).map(({ name }, at) => `${identifier(name)} AS c${at}`);
  const names = list.map((_, at) => `c${at}`);
  const places = keys.map((key) => wanted.values.filter((name) => sql.names.includes(name)).indexOf(key));
  const by = [...places.filter((at) => at >= 0).map((at) => `c${at}`), "place"];
  const numbered = `SELECT ${[...list, "row_number() OVER () AS place"].join(", ")} FROM ${sql.table}`;
  return `SELECT ${[...names, "place"].join(", ")} FROM (${numbered}) ORDER BY ${by.join(", ")}`;
}

interface PartsOf {
  readonly columns: readonly SqlColumn[];
  readonly keys: readonly string[];
  readonly partRows: number;
}

/** Cuts where another key begins. */
class Parts {
  readonly #names: readonly string[];
  readonly #gathered: GatheredChunks;
  readonly #keys: readonly number[];
  readonly #partRows: number;
  #before: readonly string[] | null = null;

  constructor({ names }: OpenSql, { columns, keys, partRows }: PartsOf) {
    this.#names = names;
    this.#gathered = new GatheredChunks(columns);
    const isKey = ({ name, isClock }: SqlColumn) => !isClock && keys.includes(name);
    this.#keys = columns.flatMap((column, at) => (isKey(column) ? [at] : []));
    this.#partRows = partRows;
  }

  *add(chunk: DuckDBDataChunk): Generator<SourceRows> {
    const keys = this.#keys.map((at) => chunk.getColumnValues(at));
    const { rowCount } = chunk;
    const keyAt = (row: number) => keys.map((values) => String(values[row]));
    let from = 0;
    for (let row = 0; row < rowCount; row += 1) {
      if (this.#gathered.length + row - from < this.#partRows) continue;
      const before = row > 0 ? keyAt(row - 1) : this.#before;
      if (before === null || isSame(before, keyAt(row))) continue;
      this.#gathered.add(chunk, from, row);
      yield this.last();
      from = row;
    }
    this.#gathered.add(chunk, from);
    this.#before = keyAt(rowCount - 1);
  }

  /** What is left. */
  last(): SourceRows {
    const { columns, ...rows } = this.#gathered.take();
    const places = columns.get(PLACE)!;
    const of = new Map<string, Column>([...columns].filter(([name]) => name !== PLACE));
    return { ...rows, columns: of, names: this.#names, where: (row) => `row ${String(places[row])}` };
  }
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.every((part, at) => part === other[at]);
}
