import type { AsyncBuffer, FileMetaData, SchemaElement, SchemaTree } from "hyparquet";
import type { SourceColumns } from "../source-spec.ts";
import { GatheredChunks, type GatheredRows } from "./gathered-chunks.ts";
import { text, withDuckDb } from "./open-sql.ts";
import { chunksOf, namedColumns, sqlColumns } from "./read-sql.ts";

/** A file of Parquet whose metadata was read. */
export interface OpenParquet {
  readonly path: string;
  readonly file: AsyncBuffer;
  /** Null where they are too many to be kept. */
  readonly metadata: FileMetaData | null;
  readonly schema: readonly SchemaTree[];
  /** Before it there are this many rows. */
  readonly from: number;
}

/** Stands for many files in DuckDB. */
const PATTERN = /[*?[\]{}]/u;

/**
 * What DuckDB reads of files as hyparquet would: numbers and instants, which are in all of them. The other columns are left out.
 *
 * @returns null where there is little to read, or DuckDB is not installed or cannot read them
 */
export async function scanParquet(
  files: readonly OpenParquet[],
  { values, clocks }: SourceColumns,
  { length, manyValues }: { readonly length: number; readonly manyValues: number },
): Promise<GatheredRows | null> {
  const wanted = {
    values: values.filter((name) => files.every((file) => isLike(file, name, isNumber))),
    clocks: clocks.filter((name) => files.every((file) => isLike(file, name, isClock))),
  };
  const names = [...new Set([...wanted.values, ...wanted.clocks])];
  if (names.length === 0 || length * names.length < manyValues) return null;
  if (files.some(({ path, schema }) => PATTERN.test(path) || !areDistinct(schema))) return null;
  const columns = sqlColumns({ names }, wanted);
  try {
    return await withDuckDb(null, async (connection) => {
      const gathered = new GatheredChunks(columns, length);
      for (const { path } of files) {
        const table = `read_parquet(${text(path)}, hive_partitioning = false)`;
        for await (const chunk of chunksOf({ connection }, `SELECT ${namedColumns(columns)} FROM ${table}`))
          gathered.add(chunk);
      }
      return gathered.length === length ? gathered.take() : null;
    });
  } catch {
    // Not installed, or of a kind that it does not know: what is wrong with a file is said where it is read without it.
    return null;
  }
}

function isLike({ schema }: OpenParquet, name: string, is: (element: SchemaElement) => boolean): boolean {
  const found = schema.find(({ element }) => element.name === name);
  return found !== undefined && found.children.length === 0 && is(found.element) && isSingle(found.element);
}

function isSingle({ repetition_type: repetition }: SchemaElement): boolean {
  return repetition === "REQUIRED" || repetition === "OPTIONAL";
}

const NUMBERS: ReadonlySet<unknown> = new Set(["INT32", "INT64", "FLOAT", "DOUBLE"]);
const INTEGERS: ReadonlySet<unknown> = new Set([undefined, "INT_8", "INT_16", "INT_32", "INT_64"]);

function isNumber({ type, converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  if (!NUMBERS.has(type) || !INTEGERS.has(converted)) return false;
  return logical === undefined || (logical.type === "INTEGER" && logical.isSigned);
}

function isClock(element: SchemaElement): boolean {
  const { type, converted_type: converted, logical_type: logical } = element;
  if (isNumber(element)) return true;
  if (type === "INT32") return converted === "DATE";
  if (type !== "INT64") return false;
  if (logical?.type === "TIMESTAMP") return logical.unit !== "NANOS";
  return logical === undefined && (converted === "TIMESTAMP_MILLIS" || converted === "TIMESTAMP_MICROS");
}

/** In DuckDB upper and lower case are one. */
function areDistinct(schema: readonly SchemaTree[]): boolean {
  return new Set(schema.map(({ element }) => element.name.toLowerCase())).size === schema.length;
}
