import fs from "node:fs";

/** The line of a DAG's file that says it, which the next unpause writes anew. */
const LINE = /^UNPAUSED_AT = (\d+)$/m;

/**
 * Until when instants count as those of a pause, in seconds: Airflow makes up for them, and the first task passes them over. Zero
 * for a DAG that was never unpaused.
 */
export function unpausedAtLine(seconds: number): string {
  return `UNPAUSED_AT = ${seconds}\n`;
}

/** The text of a DAG's file with that in it; of one that an earlier Millrace made, as it is. */
export function withUnpausedAt(text: string, seconds: number): string {
  return text.replace(LINE, unpausedAtLine(seconds).trimEnd());
}

/** What a file says of it. */
export function unpausedAt(file: string): number {
  return fs.existsSync(file) ? Number(LINE.exec(fs.readFileSync(file, "utf8"))?.[1] ?? 0) : 0;
}
