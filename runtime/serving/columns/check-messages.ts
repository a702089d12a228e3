import type { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { serviceError } from "../model/service-error.ts";
import { FlatTable } from "./flat-table.ts";

/** What a stream may say that it has. */
export interface MessageLimits {
  readonly maxRows: number;
}

const MOST_MESSAGES = 10_000;
const DEEPEST_FIELD = 64;
/** Values that take no bytes, such as nulls, beside two for each byte of the stream. */
const FREE_VALUES = 16_000_000;

const SCHEMA = 1;
const DICTIONARY = 2;
const BATCH = 3;

/**
 * Looks at the messages of a stream before its reader does: what they say of themselves is not more than their bytes can
 * hold, so nothing is allocated, and nothing counted, for values that are not there.
 *
 * @throws Error for a stream that is damaged, or claims too much; MillraceError for one with compressed buffers
 */
export function checkMessages(bytes: Uint8Array, { maxRows }: MessageLimits): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const counted = { rows: 0, values: 0, maxRows, maxValues: 2 * bytes.byteLength + FREE_VALUES };
  let messages = 0;
  for (let at = 0; at + 4 <= bytes.byteLength;) {
    let size = view.getInt32(at, true);
    at += 4;
    if (size === -1 && at + 4 <= bytes.byteLength) {
      size = view.getInt32(at, true);
      at += 4;
    }
    if (size === 0) break;
    if (size < 8 || at + size > bytes.byteLength) throw new Error("a message of it is cut off, or is none");
    if ((messages += 1) > MOST_MESSAGES) throw new Error(`it has more than ${MOST_MESSAGES} messages`);
    const body = checkMessage(bytes.subarray(at, at + size), counted);
    at += size + body;
    if (at > bytes.byteLength) throw new Error("it ends within a message");
  }
}

interface Counted {
  rows: number;
  values: number;
  readonly maxRows: number;
  readonly maxValues: number;
}

/** @returns how many bytes follow the message as its body */
function checkMessage(bytes: Uint8Array, counted: Counted): number {
  const message = FlatTable.root(bytes);
  const kind = message.byte(1);
  const header = message.table(2);
  const body = message.long(3);
  if (body < 0 || !Number.isSafeInteger(body)) throw new Error("a message has a body of no size");
  checkMetadata(message, 4);
  if (header === null) throw new Error("a message has no content");
  if (kind === SCHEMA) checkSchema(header);
  else if (kind === DICTIONARY) checkBatch(header.table(1), counted);
  else if (kind === BATCH) {
    counted.rows += checkBatch(header, counted);
    if (counted.rows > counted.maxRows)
      throw new Error(`it says that it has ${counted.rows} rows, and at most ${counted.maxRows} are taken`);
  }
  return body;
}

function checkSchema(schema: FlatTable): void {
  for (const field of schema.tables(1)) checkField(field, 1);
  checkMetadata(schema, 2);
}

function checkField(field: FlatTable, depth: number): void {
  if (depth > DEEPEST_FIELD) throw new Error(`its columns are nested more than ${DEEPEST_FIELD} deep`);
  field.table(3);
  field.table(4)?.table(1);
  for (const child of field.tables(5)) checkField(child, depth + 1);
  checkMetadata(field, 6);
}

function checkMetadata(table: FlatTable, field: number): void {
  table.tables(field);
}

/** @returns its rows */
function checkBatch(batch: FlatTable | null, counted: Counted): number {
  if (batch === null) throw new Error("a message has no content");
  if (batch.table(3) !== null) throw compressedArrow();
  const rows = batch.long(0);
  let values = rows;
  for (const [length, nulls] of batch.pairs(1)) {
    if (length < 0 || nulls < 0 || nulls > length) throw new Error("a column has a length that cannot be");
    values += length;
  }
  for (const [from, length] of batch.pairs(2))
    if (from < 0 || length < 0) throw new Error("a column lies outside of its message");
  batch.count(4, 8);
  counted.values += values;
  if (rows < 0 || !(counted.values <= counted.maxValues))
    throw new Error(`it says that it has ${counted.values} values, more than its bytes can hold`);
  return rows;
}

/** The reader of Arrow for JavaScript has no codec of its own. */
export function compressedArrow(): MillraceError {
  return serviceError("Cannot read this Arrow because its buffers are compressed", {
    hint: 'write it without compression, in Python: pyarrow.ipc.IpcWriteOptions(compression=None), or to_feather(…, compression="uncompressed")',
  });
}
