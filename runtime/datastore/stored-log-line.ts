import { parseProgressLine, type StoredProgressLine } from "./stored-progress-line.ts";

/**
 * A stored log is one line for each line of output: time in milliseconds, a letter for the stream, the text as it came.
 * The letter is `o` for stdout and `e` for stderr; it is a capital where the output had no newline there.
 */
export interface StoredLogLine {
  readonly time: number;
  readonly stream: "stdout" | "stderr";
  readonly text: string;
  readonly hasNewline: boolean;
}

export type StoredLogStream = StoredLogLine["stream"];

/** A line that was written in pieces is put together up to this length; what is longer is given as several. */
export const MAX_JOINED_CHARS = 2 ** 20;

export function formatLogLine(
  line: { time: number; stream: StoredLogStream; hasNewline: boolean },
  text: Buffer,
): Buffer {
  const letter = line.stream === "stdout" ? "o" : "e";
  const head = Buffer.from(`${line.time} ${line.hasNewline ? letter : letter.toUpperCase()} `);
  return Buffer.concat([head, text, NEWLINE]);
}

const NEWLINE = Buffer.from("\n");

/**
 * Reads a stored log; an unfinished last line is left out.
 * @param onProgress - what of the log is no output
 */
export function* parseLog(
  bytes: Uint8Array,
  onProgress?: (line: StoredProgressLine) => void,
): Generator<StoredLogLine> {
  const log = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0, end = log.indexOf(0x0a); end >= 0; at = end + 1, end = log.indexOf(0x0a, at)) {
    const space = log.indexOf(0x20, at);
    const letter = String.fromCharCode(log[space + 1] ?? 0);
    const time = Number(log.toString("latin1", at, space));
    if (letter === "p") {
      onProgress?.(parseProgressLine(time, log.toString("utf8", space + 3, end)));
      continue;
    }
    yield {
      time,
      stream: letter.toLowerCase() === "o" ? "stdout" : "stderr",
      text: log.toString("utf8", space + 3, end),
      hasNewline: letter === letter.toLowerCase(),
    };
  }
}

/** The output as it was written. */
export function logText(lines: Iterable<StoredLogLine>, stream: StoredLogStream | "both" = "both"): string {
  let text = "";
  for (const line of lines) {
    if (stream === "both" || line.stream === stream) text += line.hasNewline ? `${line.text}\n` : line.text;
  }
  return text;
}
