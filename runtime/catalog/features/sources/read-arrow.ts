import fs from "node:fs";
import type { Table } from "apache-arrow";
import { messageOf } from "../../../../sdk/base/message-of.ts";
import { featureError } from "../feature-error.ts";
import type { Column, SourceRows } from "../source-spec.ts";
import { filesOf } from "./files-of.ts";

/** Reads files of Apache Arrow's IPC format; needs the package apache-arrow. */
export async function readArrow(pattern: string, columns: readonly string[]): Promise<SourceRows> {
  const { tableFromIPC } = await loadArrow();
  const tables: { readonly file: string; readonly from: number; readonly table: Table }[] = [];
  let length = 0;
  for (const file of await filesOf(pattern)) {
    const table = read(file, tableFromIPC);
    tables.push({ file, from: length, table });
    length += table.numRows;
  }
  const names = [...new Set(tables.flatMap(({ table }) => table.schema.names.map(String)))];
  return {
    length,
    columns: new Map(
      columns.filter((name) => names.includes(name)).map((name) => [name, joined(name, tables, length)]),
    ),
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
    throw featureError("a file of Arrow needs the package apache-arrow, which is not installed", {
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

function joined(
  name: string,
  tables: readonly { readonly from: number; readonly table: Table }[],
  length: number,
): Column {
  const whole = new Array<unknown>(length);
  for (const { from, table } of tables) {
    const vector = table.getChild(name);
    for (let row = 0; row < table.numRows; row += 1) whole[from + row] = vector?.get(row);
  }
  return whole;
}
