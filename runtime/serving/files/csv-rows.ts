import { parse } from "csv-parse/sync";
import { isRecord } from "../../../sdk/base/is-record.ts";
import { decimalIn } from "../../text/decimal-in.ts";

/** A row of a CSV file as JSON, and the line that it began in, from 1. */
export interface FileRow {
  readonly line: number;
  readonly json: string;
}

type Schema = Readonly<Record<string, unknown>>;

/**
 * The rows of a CSV file with a header (RFC 4180). A cell becomes what the schema of its column asks for; where that says
 * nothing, a number if it is written like one. An empty cell is left out.
 *
 * @param schema - JSON Schema of a row
 * @throws where a quoted cell does not end, or more text follows it
 */
export function* csvRows(text: string, schema: Schema): Generator<FileRow> {
  let header: readonly string[] | null = null;
  for (const { cells, line } of records(text)) {
    if (header === null) {
      header = cells;
      continue;
    }
    if (cells.length === 1 && cells[0] === "") continue;
    const names = header;
    const row = cells.flatMap((cell, index): [string, unknown][] => {
      const name = names[index] ?? `column ${index + 1}`;
      const value = valueOf(cell, typesIn(schema, name));
      return value === undefined ? [] : [[name, value]];
    });
    yield { line, json: JSON.stringify(Object.fromEntries(row)) };
  }
}

interface CsvRecord {
  readonly cells: readonly string[];
  /** That it began in, from 1. */
  readonly line: number;
}

function* records(text: string): Generator<CsvRecord> {
  let line = 1;
  const found = parse(text, { bom: true, info: true, relax_column_count: true });
  for (const { record: cells, info } of found as unknown as readonly ParsedRecord[]) {
    yield { cells, line };
    line = info.lines + 1;
  }
}

/** As the parser gives it: `lines` counts those that have been read by the end of the record. */
interface ParsedRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function valueOf(cell: string, types: ReadonlySet<string>): unknown {
  if (cell === "") return undefined;
  if (types.has("string")) return cell;
  const isAny = types.size === 0;
  const isNumber = isAny || types.has("number") || types.has("integer");
  const number = isNumber ? decimalIn(cell) : undefined;
  if (number !== undefined) return number;
  if ((isAny || types.has("boolean")) && /^(true|false)$/i.test(cell)) return /^true$/i.test(cell);
  return cell;
}

function typesIn({ properties }: Schema, name: string): ReadonlySet<string> {
  const property = isRecord(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
  return new Set(typesOf(property));
}

/** Those that a value may have: of a column that may be null or one of several things, too. */
function typesOf(schema: unknown): string[] {
  if (!isRecord(schema)) return [];
  const { type, anyOf, oneOf } = schema;
  const named = Array.isArray(type) ? (type as unknown[]) : [type];
  const choices = [anyOf, oneOf].flatMap((one) => (Array.isArray(one) ? (one as unknown[]) : []));
  return [...named.filter((one) => typeof one === "string" && one !== "null"), ...choices.flatMap(typesOf)] as string[];
}
