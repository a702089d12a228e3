/**
 * How far the task of a log said it was: a line of the log with the letter `p`, the fraction and the note. Containers
 * write it for their scheduler, which reads the log anyway.
 */
export interface StoredProgressLine {
  readonly time: number;
  /** From 0 to 1. */
  readonly fraction: number;
  /** One line, or empty. */
  readonly note: string;
}

export function formatProgressLine({ time, fraction, note }: StoredProgressLine): Buffer {
  return Buffer.from(`${time} p ${fraction} ${note.replaceAll("\n", " ")}\n`);
}

/** @param text - what follows the letter; whether the fraction is one is for the caller to say */
export function parseProgressLine(time: number, text: string): StoredProgressLine {
  const [fraction = "", ...note] = text.split(" ");
  return { time, fraction: fraction === "" ? NaN : Number(fraction), note: note.join(" ") };
}
