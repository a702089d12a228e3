import fs from "node:fs";
import type { Table } from "apache-arrow";
import { messageOf } from "../../../../sdk/base/message-of.ts";
import { featureError } from "../feature-error.ts";
import type { Column, SourceColumns, SourceRows } from "../source-spec.ts";

/** Reads files of Apache Arrow's IPC format; needs the package apache-arrow. */
export async function readArrow(files: readonly string[], wanted: SourceColumns): Promise<SourceRows> {
  const { tableFromIPC } = await loadArrow();
  const tables: NamedTable[] = files.map((file) => ({ file, table: read(file, tableFromIPC) }));
  return rowsOfTables(tables, wanted);
}

/** A table, as an error names it. */
export interface NamedTable {
  readonly file: string;
  readonly table: Table;
}

/** Rows of several tables, one after the other. */
export function rowsOfTables(all: readonly NamedTable[], wanted: SourceColumns): SourceRows {
  let length = 0;
  const tables = all.map((one) => {
    const from = length;
    length += one.table.numRows;
    return { ...one, from };
  });
  const fieldsOf = ({ table }: NamedTable) => table.schema.fields.map(({ name }) => name);
  const names = [...new Set(tables.flatMap(fieldsOf))];
  const columnsOf = (of: readonly string[], kind: "values" | "instants") =>
    new Map(of.filter((name) => names.includes(name)).map((name) => [name, joined(name, { tables, length, kind })]));
  return {
    length,
    columns: columnsOf(wanted.values, "values"),
    instants: columnsOf(wanted.clocks, "instants"),
    names,
    where: (row) => {
      const of = tables.findLast(({ from }) => from <= row)!;
      return `${of.file}, row ${row - of.from + 1}`;
    },
  };
}

async function loadArrow() {
  try {
    return await import("apache-arrow");
  } catch (error) {
    throw featureError("an Arrow file needs the package apache-arrow, which is not installed", {
      hint: "npm install apache-arrow",
      cause: error,
    });
  }
}

function read(file: string, tableFromIPC: (bytes: Uint8Array) => Table): Table {
  try {
    return tableFromIPC(fs.readFileSync(file));
  } catch (error) {
    throw featureError(`${file} cannot be read as Arrow: ${messageOf(error)}`, { cause: error });
  }
}

interface Joined {
  readonly tables: readonly { readonly from: number; readonly table: Table }[];
  readonly length: number;
  readonly kind: "values" | "instants";
}

function joined(name: string, { tables, length, kind }: Joined): Column {
  const whole = new Array<unknown>(length);
  for (const { from, table } of tables) {
    const vector = table.getChild(name);
    // Arrow gives milliseconds for what people take for a date.
    const isDate = kind === "values" && /^(Timestamp|Date)/u.test(String(vector?.type));
    for (let row = 0; row < table.numRows; row += 1) {
      const value: unknown = vector?.get(row);
      whole[from + row] = isDate && typeof value === "number" ? new Date(value) : value;
    }
  }
  return whole;
}
