import type { DuckDBDataChunk, DuckDBResult } from "@duckdb/node-api";
import type { SourceColumns, SourceRows } from "../source-spec.ts";
import { duckDbInstant, duckDbValue } from "./duck-db-value.ts";
import { GatheredChunks } from "./gathered-chunks.ts";
import type { SqlColumn } from "./sql-column.ts";
import { identifier, type OpenSql, type SqlSource, sqlProblem, withSql } from "./open-sql.ts";

/** The rows that a statement gives. */
export async function readSql(source: SqlSource, wanted: SourceColumns): Promise<SourceRows> {
  return withSql(source, async (sql) => {
    const columns = sqlColumns(sql, wanted);
    const gathered = new GatheredChunks(columns);
    for await (const chunk of chunksOf(sql, `SELECT ${namedColumns(columns)} FROM ${sql.table}`)) gathered.add(chunk);
    const where = (row: number) => `row ${row + 1}`;
    return { ...gathered.take(), names: sql.names, where };
  });
}

/** Those that are asked for and are there. */
export function sqlColumns(
  { names }: { readonly names: readonly string[] },
  { values, clocks }: SourceColumns,
): readonly SqlColumn[] {
  const there = (of: readonly string[]) => of.filter((name) => names.includes(name));
  return [
    ...there(values).map((name) => ({ name, isClock: false, read: duckDbValue })),
    ...there(clocks).map((name) => ({ name, isClock: true, read: duckDbInstant })),
  ];
}

/** A list of them for SELECT, in which each is called `c` and its number. */
export function namedColumns(columns: readonly SqlColumn[]): string {
  return columns.map(({ name }, at) => `${identifier(name)} AS c${at}`).join(", ") || "1 AS none";
}

/** @throws MillraceError for what fails while it runs */
export async function* chunksOf(
  { connection }: Pick<OpenSql, "connection">,
  statement: string,
): AsyncGenerator<DuckDBDataChunk> {
  let result: DuckDBResult;
  try {
    result = await connection.stream(statement);
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return;
      yield chunk;
    }
  } catch (error) {
    throw sqlProblem(error);
  }
}
