import type { DuckDBDataChunk } from "@duckdb/node-api";
import type { Column, RowsByKey, SourceRows } from "../source-spec.ts";
import { GatheredChunks } from "./gathered-chunks.ts";
import { type OpenSql, runSql, type SqlSource, withSql } from "./open-sql.ts";
import { chunksOf, namedColumns, sqlColumns } from "./read-sql.ts";
import type { SqlColumn } from "./sql-column.ts";

/** So many rows are worked on together. */
const PART_ROWS = 65_536;
/** The place of a row in what the statement gives: no column of the statement can be called so. */
const PLACE = "\u0000place";
/** What the statement gave: it runs once, however many rows there turn out to be. */
const TABLE = "temp.main.millrace_rows";

/** Rows of a statement, sorted by DuckDB, which uses the disk for what memory does not hold. */
export function sqlByKey(source: SqlSource, { partRows = PART_ROWS }: { readonly partRows?: number } = {}): RowsByKey {
  return {
    each: async (wanted, { keys, wholeUpTo }, take) =>
      withSql(source, async (sql) => {
        const columns = sqlColumns(sql, wanted);
        await runSql(sql, `CREATE TEMP TABLE ${TABLE} AS SELECT ${namedColumns(columns)} FROM ${sql.table}`);
        const names = columns.map((_, at) => `c${at}`);
        const count = await countOf(sql);
        if (count <= wholeUpTo) {
          const gathered = new GatheredChunks(columns, count);
          for await (const chunk of chunksOf(sql, `SELECT ${names.join(", ") || "1"} FROM ${TABLE}`))
            gathered.add(chunk);
          take.whole({ ...gathered.take(), names: sql.names, where: (row) => `row ${row + 1}` });
          return;
        }
        const withPlace = [...columns, { name: PLACE, isClock: false, read: Number }];
        const by = keyPlaces(columns, keys);
        const sorted = `SELECT ${[...names, "rowid"].join(", ")} FROM ${TABLE} ORDER BY ${[...by.map((at) => `c${at}`), "rowid"].join(", ")}`;
        const parts = new Parts(sql, { columns: withPlace, keys: by, partRows });
        for await (const chunk of chunksOf(sql, sorted))
          for (const part of parts.add(chunk)) if (!take.part(part)) return;
        take.part(parts.last());
      }),
  };
}

async function countOf(sql: OpenSql): Promise<number> {
  for await (const chunk of chunksOf(sql, `SELECT count(*) FROM ${TABLE}`)) return Number(chunk.getColumnValues(0)[0]);
  return 0;
}

/** Where the keys are among the columns. */
function keyPlaces(columns: readonly SqlColumn[], keys: readonly string[]): readonly number[] {
  return keys
    .map((key) => columns.findIndex(({ name, isClock }) => !isClock && name === key))
    .filter((place) => place >= 0);
}

interface PartsOf {
  readonly columns: readonly SqlColumn[];
  readonly keys: readonly number[];
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
    this.#gathered = new GatheredChunks(columns, partRows);
    this.#keys = keys;
    this.#partRows = partRows;
  }

  *add(chunk: DuckDBDataChunk): Generator<SourceRows> {
    const keys = this.#keys.map((at) => chunk.getColumnVector(at));
    const { rowCount } = chunk;
    const keyAt = (row: number) => keys.map((vector) => String(vector.getItem(row)));
    let from = 0;
    // Before that row there are not enough for a part.
    for (let row = Math.max(0, this.#partRows - this.#gathered.length); row < rowCount; row += 1) {
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
    return { ...rows, columns: of, names: this.#names, where: (row) => `row ${Number(places[row]) + 1}` };
  }
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.every((part, at) => part === other[at]);
}
