import { filesOf } from "../../runtime/catalog/features/sources/files-of.ts";
import { readArrow } from "../../runtime/catalog/features/sources/read-arrow.ts";
import { readCsv } from "../../runtime/catalog/features/sources/read-csv.ts";
import { readJsonLines } from "../../runtime/catalog/features/sources/read-json-lines.ts";
import { readParquet } from "../../runtime/catalog/features/sources/read-parquet.ts";
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
  return source("rows", options, { kind: "rows", read: async (columns) => readRows(await read(), columns) });
}

/**
 * Files of Parquet, of which only the columns that are needed are read. Needs the package `hyparquet`.
 *
 * @param path - a file, or a pattern such as `data/orders/*.parquet`; relative to the working directory
 */
export function parquet(path: string, options: SourceOptions): FeatureSource {
  return fileSource(path, options, { kind: "parquet", readFiles: readParquet });
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

interface FileSource extends Partial<Pick<SourceSpec, "isText">>, Pick<SourceSpec, "kind"> {
  readFiles(files: readonly string[], columns: SourceColumns): Promise<SourceRows>;
}

function fileSource(path: string, options: SourceOptions, { readFiles, ...spec }: FileSource): FeatureSource {
  if (typeof path !== "string" || path === "") throw featureProblem(`${spec.kind} needs the path of a file`);
  const files = () => filesOf(path);
  const read: SourceSpec["read"] = async (columns, only) => readFiles(only ?? (await files()), columns);
  return source(path, options, { ...spec, files, read });
}

function source(
  title: string,
  options: SourceOptions,
  of: Pick<SourceSpec, "kind" | "read"> & Partial<Pick<SourceSpec, "isText" | "files">>,
): FeatureSource {
  if (typeof options !== "object" || options === null || typeof options.event !== "string")
    throw featureProblem(
      `${title} needs the column that says when a row happened`,
      'for example { event: "orderedAt" }',
    );
  refuseUnknown(options, ["event", "created"]);
  const { event, created = null } = options;
  return { spec: { isText: false, files: null, ...of, title, event, created } };
}
