import type { Table, Vector } from "apache-arrow";
import { isRecord } from "../../../sdk/base/is-record.ts";
import type { RowSchema } from "../model/row-schema.ts";
import type { Arrow } from "./load-arrow.ts";
import { plainValue } from "./plain-value.ts";

export interface ArrowBytes {
  /** A stream or a file of Arrow's IPC format. */
  readonly bytes: Uint8Array;
  /** JSON Schema of a row. */
  readonly schema: RowSchema;
  /** A few bytes can claim any number of rows without values. @defaultValue no limit */
  readonly maxRows?: number;
}

/**
 * The rows of a table: each column is a field; where a row is itself a value, the one column is that. What is null is left
 * out of a row unless the schema of its field takes null.
 *
 * @throws Error for what is no Arrow
 */
export function rowsOfArrow({ tableFromIPC }: Arrow, { bytes, schema, maxRows = Infinity }: ArrowBytes): unknown[] {
  const table: Table = tableFromIPC(bytes);
  if (table.numRows > maxRows)
    throw new Error(`it says that it has ${table.numRows} rows, and at most ${maxRows} are taken`);
  const names = table.schema.names.map(String);
  if (names.length === 0) throw new Error("it has no columns");
  const columns = names.map((name) => ({ name, values: valuesOf(table.getChild(name)) }));
  const isRow = (schema["type"] ?? "object") === "object";
  if (!isRow && columns.length > 1) throw new Error(`a row is one value, and it has ${columns.length} columns`);
  if (!isRow) return [...(columns[0]?.values ?? [])];
  const kept = columns.map((column) => ({ ...column, isNullKept: takesNull(schema, column.name) }));
  return Array.from({ length: table.numRows }, (_, row) => {
    const fields: [string, unknown][] = [];
    for (const { name, values, isNullKept } of kept) {
      const value = values[row];
      if ((value !== null && value !== undefined) || isNullKept) fields.push([name, value ?? null]);
    }
    return Object.fromEntries(fields);
  });
}

function valuesOf(vector: Vector | null): unknown[] {
  if (vector === null) return [];
  // Arrow gives milliseconds for what people take for a date.
  const isInstant = /^(Timestamp|Date)/u.test(String(vector.type));
  return Array.from(vector as Iterable<unknown>, (value) =>
    plainValue(isInstant && typeof value === "number" ? new Date(value) : value),
  );
}

function takesNull({ properties }: RowSchema, name: string): boolean {
  const property = isRecord(properties) && Object.hasOwn(properties, name) ? properties[name] : {};
  return !isRecord(property) || Object.keys(property).length === 0 || saysNull(property);
}

function saysNull({ type, anyOf, oneOf }: RowSchema): boolean {
  if (type === "null" || (Array.isArray(type) && type.includes("null"))) return true;
  return [anyOf, oneOf].some(
    (choices) => Array.isArray(choices) && choices.some((one) => isRecord(one) && saysNull(one)),
  );
}
