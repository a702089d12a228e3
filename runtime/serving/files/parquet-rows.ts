import { messageOf } from "../../../sdk/base/message-of.ts";
import { instantText } from "../columns/instant-text.ts";
import { plainValue } from "../columns/plain-value.ts";
import { rowsOfColumns } from "../columns/rows-of-columns.ts";
import type { RowSchema } from "../model/row-schema.ts";
import { serviceError } from "../model/service-error.ts";

/** The rows of a Parquet file, whole, as those of Arrow; needs the package hyparquet. */
export async function parquetRows(file: string, schema: RowSchema): Promise<unknown[]> {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } = await loadParquet();
  try {
    const buffer = await asyncBufferFromFile(file);
    const metadata = await parquetMetadataAsync(buffer);
    const rows = await parquetReadObjects({ file: buffer, metadata, parsers: FINE_INSTANTS });
    const names = parquetSchema(metadata).children.map(({ element }) => element.name);
    const columns = names.map((name) => ({ name, values: rows.map((row) => plainValue(row[name] ?? null)) }));
    return rowsOfColumns(columns, schema);
  } catch (error) {
    throw serviceError(`Cannot read ${file} because it is not Parquet that can be read: ${messageOf(error)}`);
  }
}

/** A `Date` would lose what is finer than a millisecond. */
const FINE_INSTANTS = {
  timestampFromMicroseconds: (micros: bigint) => instantText(micros, 1_000_000n),
  timestampFromNanoseconds: (nanos: bigint) => instantText(nanos, 1_000_000_000n),
};

async function loadParquet() {
  try {
    return await import("hyparquet");
  } catch {
    throw serviceError("Cannot read a Parquet file because the package hyparquet is not installed", {
      hint: "npm install hyparquet",
    });
  }
}
