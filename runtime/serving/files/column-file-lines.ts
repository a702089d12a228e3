import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { messageOf } from "../../../sdk/base/message-of.ts";
import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import { loadArrow } from "../columns/load-arrow.ts";
import { rowsOfArrow } from "../columns/rows-of-arrow.ts";
import type { RowSchema } from "../model/row-schema.ts";
import { serviceError } from "../model/service-error.ts";
import { parquetRows } from "./parquet-rows.ts";

/** Formats of files that have columns instead of lines. */
export type ColumnFormat = "arrow" | "parquet";

/**
 * The rows of a file of columns as a file of JSON lines, for a run to take in.
 * @throws MillraceError `MILLRACE_SERVICE`
 */
export async function columnFileLines(
  file: string,
  { format, schema }: { readonly format: ColumnFormat; readonly schema: RowSchema },
): Promise<{ readonly file: string; remove(): void }> {
  const rows = format === "parquet" ? await parquetRows(file, schema) : await arrowRows(file, schema);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "millrace-rows-"));
  const remove = () => fs.rmSync(folder, { recursive: true, force: true });
  const lines = path.join(folder, `${path.parse(file).name}.jsonl`);
  try {
    const to = fs.openSync(lines, "wx", 0o600);
    for (let from = 0; from < rows.length; from += ROWS_AT_ONCE)
      fs.writeFileSync(
        to,
        rows
          .slice(from, from + ROWS_AT_ONCE)
          .map(lineOf)
          .join(""),
      );
    fs.closeSync(to);
  } catch (error) {
    remove();
    throw error;
  }
  return { file: lines, remove };
}

const ROWS_AT_ONCE = 10_000;

function lineOf(row: unknown): string {
  return `${JSON.stringify(row)}\n`;
}

async function arrowRows(file: string, schema: RowSchema): Promise<unknown[]> {
  const arrow = await loadArrow();
  try {
    return rowsOfArrow(arrow, { bytes: fs.readFileSync(file), schema });
  } catch (error) {
    if (isMillraceError(error)) throw error;
    throw serviceError(
      `Cannot read ${path.basename(file)} because it is not Arrow that can be read: ${messageOf(error)}`,
    );
  }
}
