import { randomUUID } from "node:crypto";
import os from "node:os";
import path from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { messageOf } from "../../../../sdk/base/message-of.ts";
import type { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { featureError } from "../feature-error.ts";
import { whereFilesAre } from "./where-files-are.ts";

/** As DuckDB numbers statements. */
const SELECT = 1;

export interface SqlSource {
  /** One statement that gives rows. */
  readonly statement: string;
  /** A file of DuckDB, which is only read; null for none. */
  readonly database: string | null;
}

/** A statement that DuckDB takes, while it is open. */
export interface OpenSql {
  readonly connection: DuckDBConnection;
  /** The names of its columns. */
  readonly names: readonly string[];
  /** The statement as a table: `(SELECT …)`. */
  readonly table: string;
}

/**
 * Opens DuckDB, for as long as `use` takes; needs the package `@duckdb/node-api`.
 *
 * @throws MillraceError for a statement that DuckDB refuses, with what it says and where
 */
export async function withSql<T>({ statement, database }: SqlSource, use: (sql: OpenSql) => Promise<T>): Promise<T> {
  return withDuckDb(database, async (connection) => {
    const names = await namesOf(connection, statement);
    return use({ connection, names, table: `(${await withoutEnd(connection, statement)}\n)` });
  });
}

/** @param database - a file of DuckDB, which is only read; null for none */
export async function withDuckDb<T>(
  database: string | null,
  use: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const { DuckDBInstance } = await loadDuckDb();
  const options = database === null ? {} : { access_mode: "READ_ONLY" };
  const instance = await DuckDBInstance.create(database ?? ":memory:", options).catch((error: unknown) => {
    throw featureError(`${database} cannot be opened by DuckDB: ${messageOf(error)}`, {
      cause: error,
      ...missingFiles(),
    });
  });
  try {
    const connection = await instance.connect();
    try {
      // Where memory does not hold what is sorted; by itself it would be the working directory.
      const spill = path.join(os.tmpdir(), `millrace-duckdb-${randomUUID()}`);
      await connection.run(`SET temp_directory = ${text(spill)}`);
      // What names no zone is in UTC, wherever this runs.
      await connection.run("SET TimeZone = 'UTC'");
      return await use(connection);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

/** Runs a statement of ours. */
export async function runSql({ connection }: Pick<OpenSql, "connection">, statement: string): Promise<void> {
  try {
    await connection.run(statement);
  } catch (error) {
    throw sqlProblem(error);
  }
}

/** A statement of ours over the one that was given, which may fail while it runs. */
export function sqlProblem(error: unknown): MillraceError {
  const [first = "", ...more] = messageOf(error)
    .replace(/^Failed to extract statements: /u, "")
    .split("\n");
  const details = more.filter((line) => line.trim() !== "");
  const isMissing = first.includes("No files found that match");
  return featureError(`DuckDB cannot run the sql of a source: ${first}`, {
    details,
    cause: error,
    ...(isMissing ? missingFiles() : {}),
  });
}

function missingFiles(): { readonly hint?: string } {
  const hint = whereFilesAre();
  return hint === null ? {} : { hint };
}

/** A text, quoted. */
export function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** A name, quoted. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Checked as it stands, so that DuckDB names the places that its author sees. */
async function namesOf(connection: DuckDBConnection, statement: string): Promise<readonly string[]> {
  const { count, prepared } = await prepare(connection, statement);
  if (count !== 1)
    throw featureError(`the sql of a source has to be one statement, not ${count}`, {
      hint: "WITH … SELECT … names what a SELECT needs",
    });
  const kind: number = prepared.statementType;
  if (kind !== SELECT) throw featureError("the sql of a source has to be a SELECT, which gives rows");
  const names = Array.from({ length: prepared.columnCount }, (_, column) => prepared.columnName(column));
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw featureError(`the sql of a source gives two columns ${twice}`, { hint: `SELECT … AS other_${twice}` });
  return names;
}

/** Without the semicolon that ends it and the comments behind it, which no table can have. Where it ends is for DuckDB to say. */
async function withoutEnd(connection: DuckDBConnection, statement: string): Promise<string> {
  const count = async (sql: string) =>
    connection.extractStatements(sql).then(
      (statements) => statements.count,
      () => 0,
    );
  for (let at = statement.indexOf(";"); at >= 0; at = statement.indexOf(";", at + 1)) {
    const before = statement.slice(0, at);
    if ((await count(before)) === 1 && (await count(`SELECT 1${statement.slice(at)}`)) === 1) return before;
  }
  return statement;
}

async function prepare(connection: DuckDBConnection, statement: string) {
  try {
    const statements = await connection.extractStatements(statement);
    return { count: statements.count, prepared: await statements.prepare(0) };
  } catch (error) {
    throw sqlProblem(error);
  }
}

async function loadDuckDb() {
  try {
    return await import("@duckdb/node-api");
  } catch (error) {
    throw featureError("sql needs the package @duckdb/node-api, which is not installed", {
      hint: "npm install @duckdb/node-api",
      cause: error,
    });
  }
}
