import type { DecodedArray, ParquetParsers } from "hyparquet";
import { messageOf } from "../../../../sdk/base/message-of.ts";
import { featureError } from "../feature-error.ts";
import type { Column, SourceColumns, SourceRows } from "../source-spec.ts";
import { type OpenParquet, scanParquet } from "./scan-parquet.ts";

/** Of more files the metadata are not kept, which may be as large as the data. */
const MANY_FILES = 16;
/** To start DuckDB takes as long as reading some hundred thousand values without it. */
const MANY_VALUES = 2 ** 20;

/**
 * Reads the columns that are asked for, by ranges of bytes; needs the package hyparquet. Of many rows DuckDB reads numbers and
 * instants, where it is installed: in a small part of the time.
 */
export async function readParquet(
  files: readonly string[],
  wanted: SourceColumns,
  { manyValues = MANY_VALUES }: { readonly manyValues?: number } = {},
): Promise<SourceRows> {
  const parquet = await loadParquet();
  const opened: OpenParquet[] = [];
  let length = 0;
  for (const path of files) {
    const { file, metadata } = await withPath(path, async () => open(parquet, path));
    const schema = parquet.parquetSchema(metadata).children;
    opened.push({ path, file, metadata: files.length > MANY_FILES ? null : metadata, schema, from: length });
    length += Number(metadata.num_rows);
  }
  const scanned = await scanParquet(opened, wanted, { length, manyValues });
  const [values, instants] = [new Map<string, Part[]>(), new Map<string, Part[]>()];
  for (const one of opened)
    await withPath(one.path, async () => {
      await readPart(parquet, { ...one, parts: values, columns: without(wanted.values, scanned?.columns) });
      await readPart(parquet, {
        ...one,
        parts: instants,
        columns: without(wanted.clocks, scanned?.instants),
        parsers: CLOCKS,
      });
    });
  const names = new Set(opened.flatMap(({ schema }) => schema.map(({ element }) => element.name)));
  return {
    length,
    columns: joinedAll(wanted.values, { names, parts: values, length, scanned: scanned?.columns }),
    instants: joinedAll(wanted.clocks, { names, parts: instants, length, scanned: scanned?.instants }),
    names: [...names],
    where: (row) => {
      const { path, from } = opened.findLast((one) => one.from <= row)!;
      return `${path}, row ${row - from + 1}`;
    },
  };
}

async function withPath<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw featureError(`${path} cannot be read as Parquet: ${messageOf(error)}`, { cause: error });
  }
}

async function open(parquet: Parquet, path: string) {
  const file = await parquet.asyncBufferFromFile(path);
  return { file, metadata: await parquet.parquetMetadataAsync(file) };
}

function without(wanted: readonly string[], read: ReadonlyMap<string, unknown> | undefined): readonly string[] {
  return wanted.filter((name) => read?.has(name) !== true);
}

interface ReadPart extends OpenParquet {
  readonly columns: readonly string[];
  readonly parts: Map<string, Part[]>;
  readonly parsers?: Partial<ParquetParsers>;
}

async function readPart(parquet: Parquet, { file, metadata: known, schema, from, columns, parts, ...more }: ReadPart) {
  const there = columns.filter((name) => schema.some(({ element }) => element.name === name));
  if (there.length === 0) return;
  const metadata = known ?? (await parquet.parquetMetadataAsync(file));
  await parquet.parquetRead({
    ...{ file, metadata, columns: there, ...more },
    onChunk: ({ columnName, columnData, rowStart }) => {
      const of = parts.get(columnName) ?? [];
      parts.set(columnName, of);
      of.push({ at: from + rowStart, data: columnData });
    },
  });
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

type Parquet = Awaited<ReturnType<typeof loadParquet>>;

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
  /** Those that were read another way. */
  readonly scanned: ReadonlyMap<string, Column> | undefined;
}

function joinedAll(wanted: readonly string[], { names, parts, length, scanned }: Joined): ReadonlyMap<string, Column> {
  const there = wanted.filter((name) => names.has(name));
  return new Map(there.map((name) => [name, scanned?.get(name) ?? joined(parts.get(name) ?? [], length)]));
}

/** Numbers stay in one piece of memory. */
function joined(parts: readonly Part[], length: number): Column {
  const isWhole = parts.reduce((sum, { data }) => sum + data.length, 0) === length;
  if (isWhole && parts.every(({ data }) => data instanceof BigInt64Array))
    return filled(new BigInt64Array(length), parts as readonly { at: number; data: BigInt64Array }[]);
  if (isWhole && parts.every(({ data }) => isNumbers(data)))
    return filled(new Float64Array(length), parts as readonly { at: number; data: Float64Array }[]);
  const whole = new Array<unknown>(length);
  for (const { at, data } of parts) for (let row = 0; row < data.length; row += 1) whole[at + row] = data[row];
  return whole;
}

function isNumbers(data: DecodedArray): boolean {
  return data instanceof Float64Array || data instanceof Float32Array || data instanceof Int32Array;
}

function filled<Numbers extends Float64Array | BigInt64Array>(
  whole: Numbers,
  parts: readonly { readonly at: number; readonly data: Numbers }[],
): Numbers {
  for (const { at, data } of parts) whole.set(data as never, at);
  return whole;
}
