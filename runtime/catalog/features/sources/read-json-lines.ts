import fs from "node:fs";
import readline from "node:readline";
import { isRecord } from "../../../../sdk/base/is-record.ts";
import { messageOf } from "../../../../sdk/base/message-of.ts";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { featureError } from "../feature-error.ts";
import type { SourceColumns, SourceRows } from "../source-spec.ts";
import { GatheredColumns } from "./gathered-columns.ts";

/** JSON objects, one a line. */
export async function readJsonLines(files: readonly string[], wanted: SourceColumns): Promise<SourceRows> {
  const gathered = new GatheredColumns([...wanted.values, ...wanted.clocks]);
  for (const file of files) {
    gathered.begin(file, { names: [], word: "line" });
    let line = 0;
    const names = new Set<string>();
    const input = fs.createReadStream(file);
    try {
      for await (const text of readline.createInterface({ input, crlfDelay: Infinity })) {
        line += 1;
        if (text.trim() === "") continue;
        const row = objectOf(line === 1 ? text.replace(/^\uFEFF/u, "") : text, `${file}, line ${line}`);
        for (const name in row) names.add(name);
        gathered.add(line, (name) => (Object.hasOwn(row, name) ? row[name] : undefined));
      }
    } catch (error) {
      if (error instanceof MillraceError) throw error;
      throw featureError(`${file} cannot be read: ${messageOf(error)}`, { cause: error });
    }
    gathered.name(names);
  }
  return gathered.rows;
}

function objectOf(text: string, where: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw featureError(`${where} is not valid JSON: ${messageOf(error)}`, {
      hint: "each line has to be one JSON object",
    });
  }
  if (isRecord(value)) return value;
  throw featureError(`${where} is not a JSON object`, { hint: "each line has to be one JSON object" });
}
