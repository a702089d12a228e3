import fs from "node:fs";
import { type CsvError, parse } from "csv-parse";
import { messageOf } from "../../../../sdk/base/message-of.ts";
import { featureError } from "../feature-error.ts";
import type { SourceColumns, SourceRows } from "../source-spec.ts";
import { GatheredColumns } from "./gathered-columns.ts";

/** Rows of text, with the columns' names in each file's first line (RFC 4180). An empty field counts as missing. */
export async function readCsv(files: readonly string[], wanted: SourceColumns): Promise<SourceRows> {
  const gathered = new GatheredColumns([...wanted.values, ...wanted.clocks]);
  for (const file of files) await readFile(file, gathered);
  return gathered.rows;
}

async function readFile(file: string, gathered: GatheredColumns): Promise<void> {
  const input = fs.createReadStream(file);
  const parser = parse({ bom: true, skip_empty_lines: true });
  // A pipe tells its end nothing of what went wrong before it.
  input.on("error", (error) => parser.destroy(error)).pipe(parser);
  let places: ReadonlyMap<string, number> | null = null;
  let row = 0;
  try {
    for await (const fields of parser as AsyncIterable<readonly string[]>) {
      if (places === null) {
        places = new Map(fields.map((name, at) => [name, at]));
        gathered.begin(file, { names: fields, word: "row" });
        continue;
      }
      row += 1;
      const of = places;
      gathered.add(row, (name) => {
        const at = of.get(name);
        const field = at === undefined ? "" : fields[at];
        return field === "" ? null : field;
      });
    }
  } catch (error) {
    const isOfText = String((error as Partial<CsvError>).code).startsWith("CSV_");
    throw featureError(`${file} ${isOfText ? "is not valid CSV" : "cannot be read"}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
