import { messageOf } from "../../../sdk/base/message-of.ts";
import { plainValue } from "../columns/plain-value.ts";
import { serviceError } from "../model/service-error.ts";

/** The rows of a Parquet file, whole; needs the package hyparquet. What is null is left out. */
export async function parquetRows(file: string): Promise<unknown[]> {
  const { asyncBufferFromFile, parquetReadObjects } = await loadParquet();
  try {
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(file) });
    return rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).flatMap(([name, value]): [string, unknown][] =>
          value === null || value === undefined ? [] : [[name, plainValue(value)]],
        ),
      ),
    );
  } catch (error) {
    throw serviceError(`Cannot read ${file} because it is not Parquet that can be read: ${messageOf(error)}`);
  }
}

async function loadParquet() {
  try {
    return await import("hyparquet");
  } catch {
    throw serviceError("Cannot read a Parquet file because the package hyparquet is not installed", {
      hint: "npm install hyparquet",
    });
  }
}
