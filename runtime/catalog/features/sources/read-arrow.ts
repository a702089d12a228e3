import fs from "node:fs";
import type { Table } from "apache-arrow";
import { messageOf } from "../../../../sdk/base/message-of.ts";
import { featureError } from "../feature-error.ts";
import type { Column, SourceColumns, SourceRows } from "../source-spec.ts";

/** Reads files of Apache Arrow's IPC format; needs the package apache-arrow. */
export async function readArrow(files: readonly string[], wanted: SourceColumns): Promise<SourceRows> {
  const { tableFromIPC } = await loadArrow();
  const tables: { readonly file: string; readonly from: number; readonly table: Table }[] = [];
  let length = 0;
  for (const file of files) {
    const table = read(file, tableFromIPC);
    tables.push({ file, from: length, table });
    length += table.numRows;
  }
  const names = [...new Set(tables.flatMap(({ table }) => table.schema.names.map(String)))];
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
