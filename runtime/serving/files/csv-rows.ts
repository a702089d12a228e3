import { isRecord } from "../../../sdk/base/is-record.ts";

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
  for (const { cells, line } of records(text.replace(/^\uFEFF/, ""))) {
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

function* records(text: string): Generator<{ readonly cells: readonly string[]; readonly line: number }> {
  let [at, line] = [0, 1];
  while (at < text.length) {
    const begun = line;
    const cells: string[] = [];
    for (let isOver = false; !isOver;) {
      let cell = "";
      if (text[at] === '"') {
        for (at += 1; ; at += 2) {
          const end = text.indexOf('"', at);
          if (end < 0) throw new Error(`a quoted cell that begins in line ${begun} does not end`);
          cell += text.slice(at, end);
          at = end;
          if (text[end + 1] !== '"') break;
          cell += '"';
        }
        at += 1;
        line += cell.split("\n").length - 1;
        if (at < text.length && !/[,\r\n]/.test(text[at] ?? ""))
          throw new Error(`text follows the end of a quoted cell in line ${line}; a quote within one is written twice`);
      } else {
        const [found = ""] = /^[^,\r\n]*/.exec(text.slice(at, at + CELL_CHARS)) ?? [];
        cell = found.length < CELL_CHARS ? found : (/^[^,\r\n]*/.exec(text.slice(at))?.[0] ?? "");
        at += cell.length;
      }
      cells.push(cell);
      if (text[at] === ",") {
        at += 1;
        continue;
      }
      if (text[at] === "\r") at += 1;
      if (text[at] === "\n") at += 1;
      line += 1;
      isOver = true;
    }
    yield { cells, line: begun };
  }
}

/** Most cells are shorter: the rest of the text is not looked at for each. */
const CELL_CHARS = 1_000;

function valueOf(cell: string, types: ReadonlySet<string>): unknown {
  if (cell === "") return undefined;
  if (types.has("string")) return cell;
  const isAny = types.size === 0;
  const isNumber = isAny || types.has("number") || types.has("integer");
  if (isNumber && /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(cell)) return Number(cell);
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
