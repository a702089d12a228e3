import { isRecord } from "../../../../sdk/base/is-record.ts";
import { damagedRecord, parseJson } from "../../../datastore/parse-record.ts";
import { count, faultIn, fields, list, oneOf, text } from "../../../datastore/shapes/checks.ts";
import type { Column } from "../source-spec.ts";
import { SectionWriter } from "./section-writer.ts";
import { columnBytes, type ColumnForm, formOf, type StoredColumn, storedValues } from "./stored-column.ts";

/** What a view needs of a part of its source: read once, and kept. */
export interface Extract {
  readonly length: number;
  /** The keys that it has, each once, as text. */
  readonly keys: readonly string[];
  /** Of each row the number of its key; −1 where a part is missing. */
  readonly ids: Int32Array;
  readonly event: Float64Array;
  /** The same array as `event` where the source has no second clock. */
  readonly created: Float64Array;
  /** Values by column; those that this part has. */
  readonly columns: ReadonlyMap<string, Column>;
  /** All columns that this part has. */
  readonly names: readonly string[];
}

const [KEYS, IDS, EVENT, CREATED] = ["keys", "ids", "event", "created"];

interface Section {
  readonly name: string;
  readonly form: ColumnForm;
  readonly at: number;
  readonly length: number;
}

interface Header {
  readonly names: readonly string[];
  /** Those of the keys and clocks first, then the values. */
  readonly sections: readonly Section[];
}

const section = fields({ name: text, form: oneOf("numbers", "cells"), at: count, length: count });
const header = fields({ names: list(text), sections: list(section) });

/** Equal extracts give equal bytes. */
export function extractBytes(extract: Extract): Buffer {
  const body = new SectionWriter();
  const write = (name: string, column: Column): Section => {
    const form = formOf(column);
    return { name, form, at: body.add(columnBytes(column, { form, name })), length: column.length };
  };
  const { keys, ids, event, created, columns, names } = extract;
  const hasCreated = created !== event;
  const sections = [
    write(KEYS, keys),
    write(IDS, ids),
    write(EVENT, event),
    write(CREATED, hasCreated ? created : new Float64Array(0)),
    ...[...columns].map(([name, column]) => write(name, column)),
  ];
  const head = Buffer.from(JSON.stringify({ names, sections } satisfies Header));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(head.length);
  return Buffer.concat([size, head, ...body.chunks]);
}

/**
 * @param bytes - checked against their hash
 * @param key - where they lie, for an error
 */
export function parseExtract(bytes: Buffer, key: string): Extract {
  const headBytes = bytes.readUInt32LE(0);
  const parsed = parseJson(bytes.toString("utf8", 4, 4 + headBytes), key);
  const fault = faultIn(header, parsed);
  if (fault !== null || !isRecord(parsed)) throw damagedRecord(key, fault ?? "it is not an object");
  const { names, sections } = parsed as unknown as Header;
  const read = ({ form, at, length }: Section) =>
    storedValues(bytes, { form, at: at + 4 + headBytes, length } satisfies StoredColumn);
  const [keys, ids, event, created, ...columns] = sections;
  if (keys === undefined || ids === undefined || event === undefined || created === undefined)
    throw damagedRecord(key, "a part of it is missing");
  const happened = Float64Array.from(read(event) as ArrayLike<number>);
  return {
    length: event.length,
    keys: Array.from(read(keys) as ArrayLike<string>),
    ids: Int32Array.from(read(ids) as ArrayLike<number>),
    event: happened,
    created: created.length === event.length ? Float64Array.from(read(created) as ArrayLike<number>) : happened,
    columns: new Map(columns.map((column) => [column.name, read(column)])),
    names,
  };
}
