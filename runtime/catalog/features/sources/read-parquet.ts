import type { DecodedArray, FileMetaData, ParquetParsers } from "hyparquet";
import { messageOf } from "../../../../sdk/base/message-of.ts";
import { featureError } from "../feature-error.ts";
import type { Column, SourceRows } from "../source-spec.ts";
import { filesOf } from "./files-of.ts";

export interface ParquetColumns {
  readonly columns: readonly string[];
  /** Those that say when: as milliseconds since 1970, with fractions. */
  readonly clocks: readonly string[];
}

/** Reads the columns that are asked for, by ranges of bytes; needs the package hyparquet. */
export async function readParquet(pattern: string, { columns, clocks }: ParquetColumns): Promise<SourceRows> {
  const parquet = await loadParquet();
  const files = await filesOf(pattern);
  const parts = new Map<string, Part[]>();
  const names = new Set<string>();
  const starts: number[] = [];
  let length = 0;
  for (const path of files) {
    starts.push(length);
    try {
      const file = await parquet.asyncBufferFromFile(path);
      const metadata = await parquet.parquetMetadataAsync(file);
      const there = columnsOf(metadata);
      for (const name of there) names.add(name);
      const read = (wanted: readonly string[], parsers?: Partial<ParquetParsers>) =>
        parquet.parquetRead({
          file,
          metadata,
          columns: wanted.filter((name) => there.includes(name)),
          ...(parsers === undefined ? {} : { parsers }),
          onChunk: ({ columnName, columnData, rowStart }) => {
            const of = parts.get(columnName) ?? [];
            parts.set(columnName, of);
            of.push({ at: starts.at(-1)! + rowStart, data: columnData });
          },
        });
      await read(columns.filter((name) => !clocks.includes(name)));
      await read(clocks, CLOCKS);
      length += Number(metadata.num_rows);
    } catch (error) {
      throw featureError(`${path} cannot be read as Parquet: ${messageOf(error)}`, { cause: error });
    }
  }
  return {
    length,
    columns: new Map([...parts].map(([name, of]) => [name, joined(of, length)])),
    names: [...names],
    where: (row) => {
      const at = starts.findLastIndex((start) => start <= row);
      return `${files[at]}, row ${row - starts[at]! + 1}`;
    },
  };
}

interface Part {
  readonly at: number;
  readonly data: DecodedArray;
}

const CLOCKS: Partial<ParquetParsers> = {
  timestampFromMilliseconds: Number,
  timestampFromMicroseconds: (micros) => Number(micros) / 1000,
  timestampFromNanoseconds: (nanos) => Number(nanos / 1000n) / 1000,
  dateFromDays: (days) => days * 86_400_000,
};

async function loadParquet() {
  try {
    return await import("hyparquet");
  } catch (error) {
    throw featureError("a Parquet file needs the package hyparquet, which is not installed", {
      hint: "npm install hyparquet",
      cause: error,
    });
  }
}

function columnsOf(metadata: FileMetaData): readonly string[] {
  return [
    ...new Set(
      metadata.row_groups.flatMap(({ columns }) => columns.map((one) => one.meta_data?.path_in_schema[0] ?? "")),
    ),
  ];
}

/** Numbers stay in one piece of memory. */
function joined(parts: readonly Part[], length: number): Column {
  const isNumeric = parts.every(
    ({ data }) => data instanceof Float64Array || data instanceof Float32Array || data instanceof Int32Array,
  );
  const size = parts.reduce((sum, { data }) => sum + data.length, 0);
  const whole = isNumeric && size === length ? new Float64Array(length) : new Array<unknown>(length);
  for (const { at, data } of parts) for (let row = 0; row < data.length; row += 1) whole[at + row] = data[row];
  return whole;
}
