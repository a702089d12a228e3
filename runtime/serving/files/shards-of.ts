import { csvRows, type FileRow } from "./csv-rows.ts";

/** Rows that one task answers: JSON texts and their lines in the file. */
export interface Shard {
  readonly rows: readonly string[];
  readonly lines: readonly number[];
}

export type RowFormat = "jsonl" | "csv";

/** Cuts the rows of a file into parts of a size. A file without rows is one part without rows. */
export function shardsOf(
  text: string,
  {
    format,
    schema,
    size,
  }: { readonly format: RowFormat; readonly schema: Readonly<Record<string, unknown>>; readonly size: number },
): Shard[] {
  const shards: { rows: string[]; lines: number[] }[] = [];
  let last = { rows: [] as string[], lines: [] as number[] };
  for (const { json, line } of format === "csv" ? csvRows(text, schema) : jsonRows(text)) {
    if (shards.length === 0 || last.rows.length >= size) shards.push((last = { rows: [], lines: [] }));
    last.rows.push(json);
    last.lines.push(line);
  }
  return shards.length === 0 ? [last] : shards;
}

function* jsonRows(text: string): Generator<FileRow> {
  let line = 0;
  for (let from = 0; from < text.length;) {
    const end = text.indexOf("\n", from);
    const json = text.slice(from, end < 0 ? undefined : end).trim();
    line += 1;
    from = end < 0 ? text.length : end + 1;
    if (json !== "") yield { line, json };
  }
}

/** Lines of JSON lines that are not empty. */
export function linesOfText(text: string): string[] {
  return [...jsonRows(text)].map(({ json }) => json);
}
