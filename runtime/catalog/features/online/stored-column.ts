import { bufferSource } from "../../../datastore/codec/byte-source.ts";
import { decode } from "../../../datastore/codec/decode.ts";
import { encode } from "../../../datastore/codec/encode.ts";
import type { Column } from "../source-spec.ts";

/** How the values of a column lie in bytes: numbers, some missing; or a cell each, of any kind. */
export type ColumnForm = "numbers" | "cells";

/** The form that all values fit. */
export function formOf(column: Column): ColumnForm {
  if (column instanceof Float64Array) return "numbers";
  for (let row = 0; row < column.length; row += 1) {
    const value = column[row];
    if (value !== null && value !== undefined && typeof value !== "number") return "cells";
  }
  return "numbers";
}

/**
 * Values as bytes, from which each can be read alone. A missing one is null.
 *
 * @param name - of the column, for an error about a value that cannot be stored
 */
export function columnBytes(
  column: Column,
  { form, name }: { readonly form: ColumnForm; readonly name: string },
): Buffer {
  return form === "numbers" ? numberBytes(column) : cellBytes(column, name);
}

/** A column in bytes. */
export interface StoredColumn {
  readonly form: ColumnForm;
  /** Where it begins, and how many values it has. */
  readonly at: number;
  readonly length: number;
}

/** One value of a column; null for a missing one. */
export function storedValue(bytes: Buffer, { form, at, length }: StoredColumn, row: number): unknown {
  if (form === "numbers") {
    const isMissing = (bytes[at + (row >> 3)]! >> (row & 7)) & 1;
    return isMissing === 1 ? null : bytes.readDoubleLE(at + bitmapBytes(length) + row * NUMBER_BYTES);
  }
  const start = at + (length + 1) * OFFSET_BYTES;
  const from = bytes.readUInt32LE(at + row * OFFSET_BYTES);
  const to = bytes.readUInt32LE(at + (row + 1) * OFFSET_BYTES);
  return from === to ? null : cellIn(bytes.subarray(start + from, start + to));
}

/** Whether a value is stored as that other one is. */
export function isSameValue(one: unknown, other: unknown): boolean {
  if (Object.is(one ?? null, other ?? null)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  return cellOf(one, "a feature").equals(cellOf(other, "a feature"));
}

/** All values of a column; in one piece of memory where they are numbers, and none is missing. */
export function storedValues(bytes: Buffer, column: StoredColumn): Column {
  const { form, at, length } = column;
  const isWhole = form === "numbers" && bytes.subarray(at, at + bitmapBytes(length)).every((bits) => bits === 0);
  const values = isWhole ? new Float64Array(length) : new Array<unknown>(length);
  for (let row = 0; row < length; row += 1) values[row] = storedValue(bytes, column, row);
  return values;
}

const NUMBER_BYTES = 8;
const OFFSET_BYTES = 4;

function bitmapBytes(length: number): number {
  return Math.ceil(length / 8);
}

function numberBytes(column: Column): Buffer {
  const { length } = column;
  const start = bitmapBytes(length);
  const bytes = Buffer.alloc(start + length * NUMBER_BYTES);
  for (let row = 0; row < length; row += 1) {
    const value = column[row];
    if (typeof value === "number") bytes.writeDoubleLE(value, start + row * NUMBER_BYTES);
    else bytes[row >> 3]! |= 1 << (row & 7);
  }
  return bytes;
}

function cellBytes(column: Column, name: string): Buffer {
  const { length } = column;
  const offsets = Buffer.alloc((length + 1) * OFFSET_BYTES);
  const cells: Buffer[] = [offsets];
  let size = 0;
  for (let row = 0; row < length; row += 1) {
    const cell = cellOf(column[row], name);
    cells.push(cell);
    size += cell.length;
    offsets.writeUInt32LE(size, (row + 1) * OFFSET_BYTES);
  }
  return Buffer.concat(cells);
}

/** First byte of a cell: what it is. */
const KIND = { number: 1, text: 2, anyText: 3, bigint: 4, true: 5, false: 6, date: 7, other: 8 } as const;
const NOTHING = Buffer.alloc(0);
const LONE_SURROGATE = /\p{Cs}/u;

function cellOf(value: unknown, name: string): Buffer {
  switch (typeof value) {
    case "undefined":
      return NOTHING;
    case "number":
      return numberCell(KIND.number, value);
    case "boolean":
      return Buffer.of(value ? KIND.true : KIND.false);
    case "bigint":
      return cell(KIND.bigint, Buffer.from(String(value), "latin1"));
    case "string":
      // Half of a surrogate pair has no UTF-8.
      return !LONE_SURROGATE.test(value)
        ? cell(KIND.text, Buffer.from(value, "utf8"))
        : cell(KIND.anyText, Buffer.from(value, "utf16le"));
    default:
      if (value === null) return NOTHING;
      if (value instanceof Date) return numberCell(KIND.date, value.getTime());
      return cell(KIND.other, Buffer.concat(encode(value, name).chunks));
  }
}

function cell(kind: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.of(kind), bytes]);
}

function numberCell(kind: number, value: number): Buffer {
  const bytes = Buffer.alloc(1 + NUMBER_BYTES);
  bytes[0] = kind;
  bytes.writeDoubleLE(value, 1);
  return bytes;
}

function cellIn(bytes: Buffer): unknown {
  switch (bytes[0]) {
    case KIND.number:
      return bytes.readDoubleLE(1);
    case KIND.text:
      return bytes.toString("utf8", 1);
    case KIND.anyText:
      return bytes.toString("utf16le", 1);
    case KIND.bigint:
      return BigInt(bytes.toString("latin1", 1));
    case KIND.true:
      return true;
    case KIND.false:
      return false;
    case KIND.date:
      return new Date(bytes.readDoubleLE(1));
    default:
      return decode(bufferSource(Buffer.from(bytes.subarray(1))), "a feature");
  }
}
