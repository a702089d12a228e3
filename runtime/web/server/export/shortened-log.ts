import type { LogsAnswer, ShownLogLine } from "../../api/shapes.ts";

const HEAD_LINES = 100;
const TAIL_LINES = 300;
const MAX_LINE_CHARS = 2000;
/** What is read of a log; of a longer one the end is not known. */
const MAX_PAGES = 20;

export interface ShortenedLog {
  readonly answer: LogsAnswer;
  readonly isCut: boolean;
}

/** The beginning and the end of a log, with a line that says what is left out in between. */
export async function shortenedLog(read: (offset: string | null) => Promise<LogsAnswer | null>): Promise<ShortenedLog> {
  const head: ShownLogLine[] = [];
  let tail: ShownLogLine[] = [];
  let left = 0;
  let offset: string | null = null;
  let isCut = false;
  for (let page = 0; ; page += 1) {
    const answer: LogsAnswer | null = await read(offset);
    for (const line of answer?.lines ?? []) (head.length < HEAD_LINES ? head : tail).push(cutLine(line));
    left += Math.max(tail.length - TAIL_LINES, 0);
    tail = tail.slice(-TAIL_LINES);
    if (answer === null || answer.next === null || answer.next === offset) break;
    offset = answer.next;
    isCut = page + 1 === MAX_PAGES;
    if (isCut) break;
  }
  const what = left === 0 ? "what follows is" : `${left.toLocaleString("en")} lines are`;
  const gap = left > 0 || isCut ? [noteAt(tail[0] ?? head.at(-1), `… ${what} left out of this export`)] : [];
  return { answer: { lines: [...head, ...gap, ...tail], next: null }, isCut: gap.length > 0 };
}

function cutLine(line: ShownLogLine): ShownLogLine {
  if (line.text.length <= MAX_LINE_CHARS) return line;
  return {
    ...line,
    text: `${line.text.slice(0, MAX_LINE_CHARS)}… (${line.text.length - MAX_LINE_CHARS} more characters)`,
  };
}

function noteAt(line: ShownLogLine | undefined, text: string): ShownLogLine {
  return { time: line?.time ?? 0, stream: "stderr", text };
}
