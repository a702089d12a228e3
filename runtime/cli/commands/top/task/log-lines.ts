import type { StoredLogLine, StoredLogStream } from "../../../../datastore/stored-log-line.ts";
import { sizeText } from "../../../../text/size-text.ts";
import { withoutColors } from "../../../on-screen.ts";
import { logLine } from "../../../show/log-line.ts";
import type { PagedLines } from "../pager/pager.ts";

/** A line is kept up to this; what follows is only counted. */
const MAX_LINE_CHARS = 4000;
/** So much of a log is kept, its end. */
const [MAX_LINES, MAX_CHARS] = [50_000, 16_000_000];
/** What goes is taken away together. */
const DROPPED_AT_ONCE = 5000;
/** A line that is longer has some more looked at for what was rewritten in it, and no more. */
const TAB = "        ";

interface KeptLine {
  readonly stream: StoredLogStream;
  text: string;
  /** As it was written. */
  chars: number;
  rewrites: number;
}

/** The end of a log as lines for people, whatever was written: bounded, whether its lines are many or long. */
export class LogLines implements PagedLines {
  #lines: KeptLine[] = [];
  readonly #open = new Map<StoredLogStream, KeptLine>();
  #chars = 0;
  #dropped = 0;

  get count(): number {
    return this.#lines.length;
  }

  /** Lines of the beginning that are not kept. */
  get dropped(): number {
    return this.#dropped;
  }

  add({ stream, text, hasNewline }: StoredLogLine): void {
    const line = this.#open.get(stream) ?? this.#begun(stream);
    const before = line.text.length;
    extend(line, text);
    this.#chars += line.text.length - before;
    if (hasNewline) this.#open.delete(stream);
    else this.#open.set(stream, line);
    if (this.#lines.length > MAX_LINES || this.#chars > MAX_CHARS) this.#drop();
  }

  streamOf(at: number): StoredLogStream {
    return this.#lines[at]?.stream ?? "stdout";
  }

  textOf(at: number): string {
    const line = this.#lines[at];
    return line === undefined ? "" : logLine(line.text.replaceAll("\t", TAB)) + noteOf(line);
  }

  plainOf(at: number): string {
    const line = this.#lines[at];
    return line === undefined ? "" : withoutColors(line.text).replaceAll("\t", TAB) + noteOf(line);
  }

  #begun(stream: StoredLogStream): KeptLine {
    const line = { stream, text: "", chars: 0, rewrites: 0 };
    this.#lines.push(line);
    return line;
  }

  #drop(): void {
    const many = Math.min(DROPPED_AT_ONCE, Math.ceil(this.#lines.length / 2));
    for (const { text } of this.#lines.splice(0, many)) this.#chars -= text.length;
    this.#dropped += many;
  }
}

/** Of a line that is written over and over, as progress bars are, the last state is kept. */
function extend(line: KeptLine, piece: string): void {
  line.chars += piece.length;
  const whole = piece.replace(/\r+$/, "");
  const at = whole.lastIndexOf("\r");
  if (at >= 0) line.rewrites += 1;
  const text = at < 0 ? line.text + whole : whole.slice(at + 1);
  // A part of a long string keeps all of it in memory.
  line.text = text.length > MAX_LINE_CHARS ? Buffer.from(text.slice(0, MAX_LINE_CHARS)).toString() : text;
}

function noteOf({ chars, text, rewrites }: KeptLine): string {
  if (rewrites > 0) return " (rewritten)";
  return text.length >= MAX_LINE_CHARS ? ` … (${sizeText(chars)} in this line)` : "";
}
