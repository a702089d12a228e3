import type { DecodedArray, ParquetParsers } from "hyparquet";
import { messageOf } from "../../../../sdk/base/message-of.ts";
import { featureError } from "../feature-error.ts";
import type { Column, SourceColumns, SourceRows } from "../source-spec.ts";

/** Reads the columns that are asked for, by ranges of bytes; needs the package hyparquet. */
export async function readParquet(files: readonly string[], wanted: SourceColumns): Promise<SourceRows> {
  const parquet = await loadParquet();
  const values = new Map<string, Part[]>();
  const instants = new Map<string, Part[]>();
  const names = new Set<string>();
  const starts: number[] = [];
  let length = 0;
  for (const path of files) {
    starts.push(length);
    try {
      const file = await parquet.asyncBufferFromFile(path);
      const metadata = await parquet.parquetMetadataAsync(file);
      const there = parquet.parquetSchema(metadata).children.map(({ element }) => element.name);
      for (const name of there) names.add(name);
      const read = (columns: readonly string[], parts: Map<string, Part[]>, parsers?: Partial<ParquetParsers>) =>
        parquet.parquetRead({
          file,
          metadata,
          columns: columns.filter((name) => there.includes(name)),
          ...(parsers === undefined ? {} : { parsers }),
          onChunk: ({ columnName, columnData, rowStart }) => {
            const of = parts.get(columnName) ?? [];
            parts.set(columnName, of);
            of.push({ at: starts.at(-1)! + rowStart, data: columnData });
          },
        });
      await read(wanted.values, values);
      await read(wanted.clocks, instants, CLOCKS);
      length += Number(metadata.num_rows);
    } catch (error) {
      throw featureError(`${path} cannot be read as Parquet: ${messageOf(error)}`, { cause: error });
    }
  }
  return {
    length,
    columns: joinedAll(wanted.values, { names, parts: values, length }),
    instants: joinedAll(wanted.clocks, { names, parts: instants, length }),
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

interface Joined {
  readonly names: ReadonlySet<string>;
  readonly parts: ReadonlyMap<string, readonly Part[]>;
  readonly length: number;
}

function joinedAll(wanted: readonly string[], { names, parts, length }: Joined): ReadonlyMap<string, Column> {
  const there = wanted.filter((name) => names.has(name));
  return new Map(there.map((name) => [name, joined(parts.get(name) ?? [], length)]));
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
