import { filesOf } from "../../runtime/catalog/features/sources/files-of.ts";
import { readArrow } from "../../runtime/catalog/features/sources/read-arrow.ts";
import { readCsv } from "../../runtime/catalog/features/sources/read-csv.ts";
import { readJsonLines } from "../../runtime/catalog/features/sources/read-json-lines.ts";
import { readParquet } from "../../runtime/catalog/features/sources/read-parquet.ts";
import { sqlByKey } from "../../runtime/catalog/features/sources/sql-by-key.ts";
import { readSql } from "../../runtime/catalog/features/sources/read-sql.ts";
import { readRows } from "../../runtime/catalog/features/sources/read-rows.ts";
import type { SourceColumns, SourceRows, SourceSpec } from "../../runtime/catalog/features/source-spec.ts";
import { refuseUnknown } from "../client/client-options.ts";
import { featureProblem } from "./feature-problem.ts";

/** Where the rows of a view come from. */
export interface FeatureSource {
  /** @internal */
  readonly spec: SourceSpec;
}

/** The two clocks of a source. */
export interface SourceOptions {
  /**
   * The column that says when a row happened: a `Date`, a number of milliseconds since 1970, or an ISO 8601 string, in UTC if it
   * names no zone.
   */
  readonly event: string;
  /**
   * The column that says since when a row was known, where rows come late: no feature of an instant before it sees the row.
   * @defaultValue a row was known when it happened
   */
  readonly created?: string | undefined;
}

/** Rows from memory: objects, or a function that returns them and is called each time. */
export function rows(
  data: readonly object[] | (() => readonly object[] | Promise<readonly object[]>),
  options: SourceOptions,
): FeatureSource {
  const read = typeof data === "function" ? data : () => data;
  return sourceOf("rows", options, { kind: "rows", read: async (columns) => readRows(await read(), columns) });
}

/**
 * Files of Parquet, of which only the columns that are needed are read. Needs the package `hyparquet`.
 *
 * @param path - a file, or a pattern such as `data/orders/*.parquet`; relative to the working directory
 */
export function parquet(path: string, options: SourceOptions): FeatureSource {
  return fileSource(path, options, { kind: "parquet", readFiles: (...of) => readParquet(...of) });
}

/** A file of Apache Arrow's IPC format, or a pattern of such files. Needs the package `apache-arrow`. */
export function arrow(path: string, options: SourceOptions): FeatureSource {
  return fileSource(path, options, { kind: "arrow", readFiles: readArrow });
}

/** Files of JSON lines: an object a line. */
export function jsonl(path: string, options: SourceOptions): FeatureSource {
  return fileSource(path, options, { kind: "jsonl", readFiles: readJsonLines });
}

/**
 * Files of CSV with the columns' names in the first line. Fields are texts; where a feature needs numbers, or an entity has keys
 * of another type, they are read as such. An empty field counts as missing.
 */
export function csv(path: string, options: SourceOptions): FeatureSource {
  return fileSource(path, options, { kind: "csv", isText: true, readFiles: readCsv });
}

/** The two clocks of a source, and the database that a statement reads. */
export interface SqlSourceOptions extends SourceOptions {
  /**
   * A file of DuckDB, which is opened for reading alone.
   * @defaultValue none: the statement names files, as in `FROM 'data/*.parquet'`
   */
  readonly database?: string | undefined;
}

/**
 * Rows that one statement of SQL gives, which DuckDB runs on this machine. Needs the package `@duckdb/node-api`.
 *
 * @param statement - a SELECT. Where rows of a key happened and were known at the same instants, its order decides: give it an
 * ORDER BY
 *
 * @example
 * ```ts
 * import { entity, featureView, sql, sum } from "millrace/features";
 *
 * export const spending = featureView("spending", {
 *   entity: entity("customer", { keys: { customerId: "string" } }),
 *   source: sql("SELECT customerId, orderedAt, price * pieces AS amount FROM 'data/*.parquet'", { event: "orderedAt" }),
 *   features: { spend7d: sum("amount", { window: "7d" }) },
 * });
 * ```
 */
export function sql(statement: string, options: SqlSourceOptions): FeatureSource {
  if (typeof statement !== "string" || statement.trim() === "")
    throw featureProblem("sql needs a statement", "for example SELECT * FROM 'data/*.parquet'");
  const source = { statement, database: options?.database ?? null };
  return sourceOf(statement, options, {
    kind: "sql",
    more: ["database"],
    byKey: sqlByKey(source),
    read: async (columns) => readSql(source, columns),
  });
}

interface FileSource extends Partial<Pick<SourceSpec, "isText">>, Pick<SourceSpec, "kind"> {
  readFiles(files: readonly string[], columns: SourceColumns): Promise<SourceRows>;
}

function fileSource(path: string, options: SourceOptions, { readFiles, ...spec }: FileSource): FeatureSource {
  if (typeof path !== "string" || path === "") throw featureProblem(`${spec.kind} needs the path of a file`);
  const files = () => filesOf(path);
  const read: SourceSpec["read"] = async (columns, only) => readFiles(only ?? (await files()), columns);
  return sourceOf(path, options, { ...spec, files, read });
}

interface SourceOf extends Pick<SourceSpec, "kind" | "read">, Partial<Pick<SourceSpec, "isText" | "files" | "byKey">> {
  /** Options that it takes beside the clocks. */
  readonly more?: readonly string[];
}

/** @throws MillraceError for options that are none */
export function sourceOf(title: string, options: SourceOptions, { more = [], ...of }: SourceOf): FeatureSource {
  if (typeof options !== "object" || options === null || typeof options.event !== "string")
    throw featureProblem(
      `${title} needs the column that says when a row happened`,
      'for example { event: "orderedAt" }',
    );
  refuseUnknown(options, ["event", "created", ...more]);
  const { event, created = null } = options;
  return { spec: { isText: false, files: null, ...of, title, event, created } };
}
