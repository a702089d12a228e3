import { type Check, count, fields, list, oneOf, orNull, text } from "../../../datastore/shapes/checks.ts";
import type { ColumnForm } from "./stored-column.ts";

/** What the index of a snapshot says before its tables. */
export interface SnapshotHead {
  readonly format: 1;
  readonly columns: readonly SnapshotColumn[];
  readonly keys: number;
  readonly blocks: number;
  readonly blockRows: number;
  readonly keyEncoding: "utf8" | "utf16le";
}

/** A feature in a snapshot. */
export interface SnapshotColumn {
  readonly name: string;
  readonly form: ColumnForm;
  /** Its value for a key that has no rows. */
  readonly empty: number | null;
}

/** Where the index lies in the blob, and its SHA-256. */
export interface SnapshotIndexPlace {
  readonly at: number;
  readonly length: number;
  readonly hash: string;
}

const number: Check = (value) => (typeof value === "number" ? null : " is not a number");

export const snapshotHead = fields({
  format: (value) => (value === 1 ? null : " is not 1"),
  columns: list(fields({ name: text, form: oneOf("numbers", "cells"), empty: orNull(number) })),
  keys: count,
  blocks: count,
  blockRows: count,
  keyEncoding: oneOf("utf8", "utf16le"),
});

/** So many bytes of a block's SHA-256 are in the index. */
export const CHECK_BYTES = 16;
export const OFFSET_BYTES = 4;
export const PLACE_BYTES = 8;
