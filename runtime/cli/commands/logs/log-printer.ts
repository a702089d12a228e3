import { type StoredLogLine, type StoredLogStream, MAX_JOINED_CHARS } from "../../../datastore/stored-log-line.ts";
import type { Output } from "../../output.ts";
import type { ItemLabels } from "../../../datastore/reader/item-labels.ts";
import type { LogSource } from "../../../datastore/reader/log-source.ts";
import { leavesColorsOn } from "../../on-screen.ts";
import { logLine, shownOutput } from "../../show/log-line.ts";
import { clockText } from "../../../text/duration-text.ts";
import { appendAll } from "../../../../sdk/base/append-all.ts";

export interface LogPrinterOptions {
  readonly stream: StoredLogStream | "both";
  readonly hasTimes: boolean;
  /** True to begin each line with the task it comes from. */
  readonly hasNames: boolean;
  readonly labels: ItemLabels;
  /** True for the very characters that were written, whatever they do to a terminal; then there are no names and times. */
  readonly isRaw: boolean;
}

/** Lines are printed together up to this length. */
const PRINTED_CHARS = 64 * 1024;

/** Prints stored output: as it was written, line by line with name and time, or as JSON. */
export class LogPrinter {
  readonly #output: Output;
  readonly #options: LogPrinterOptions;
  /** What is still without a newline, by source and, if lines are told apart, by stream. */
  readonly #rest = new Map<string, { text: string; line: StoredLogLine }>();
  #hasOpenColors = false;

  constructor(output: Output, options: LogPrinterOptions) {
    this.#output = output;
    this.#options = options;
  }

  /** Prints as it reads: a log may be larger than memory. True if there were any lines. */
  async write(source: LogSource, lines: Iterable<StoredLogLine>): Promise<boolean> {
    let hasLines = false;
    let printed: string[] = [];
    let chars = 0;
    for (const line of lines) {
      hasLines = true;
      if (this.#options.stream !== "both" && line.stream !== this.#options.stream) continue;
      if (this.#output.isJson)
        this.#output.json(lineJson(source, { line, label: this.#options.labels.of(source.place) }));
      else if (this.#options.isRaw) this.#output.raw(line.hasNewline ? `${line.text}\n` : line.text);
      else appendAll(printed, this.#completed(source, line));
      chars += line.text.length;
      if (chars < PRINTED_CHARS) continue;
      if (printed.length > 0) this.#output.print(printed.join("\n"));
      await this.#output.drained();
      printed = [];
      chars = 0;
    }
    if (printed.length > 0) this.#output.print(printed.join("\n"));
    return hasLines;
  }

  /** No more comes from there: prints what has no newline. */
  end(source: LogSource): void {
    for (const stream of ["stdout", "stderr"] as const) {
      const key = this.#keyOf(source, stream);
      const rest = this.#rest.get(key);
      if (rest === undefined) continue;
      this.#rest.delete(key);
      this.#output.print(this.#headed(source, { ...rest.line, text: rest.text }));
    }
    if (this.#hasOpenColors) this.#output.raw("\u001b[0m");
    this.#hasOpenColors = false;
  }

  #completed(source: LogSource, line: StoredLogLine): string[] {
    const key = this.#keyOf(source, line.stream);
    const text = (this.#rest.get(key)?.text ?? "") + line.text;
    if (!line.hasNewline && text.length < MAX_JOINED_CHARS) {
      this.#rest.set(key, { text, line });
      return [];
    }
    this.#rest.delete(key);
    return [this.#headed(source, { ...line, text })];
  }

  /** Without names and times the text stays as it came, the two streams mixed. */
  #keyOf(source: LogSource, stream: StoredLogStream): string {
    const isPlain = !this.#options.hasTimes && !this.#options.hasNames;
    return `${source.name} ${source.attempt} ${isPlain ? "stdout" : stream}`;
  }

  #headed({ name, place }: LogSource, { time, stream, text: written }: StoredLogLine): string {
    const { colors } = this.#output;
    const clock = this.#options.hasTimes ? `${colors.dim(clockText(time))} ` : "";
    if (!this.#options.hasNames) {
      const shown = shownOutput(written);
      // What one line leaves on may be meant for the next.
      this.#hasOpenColors = leavesColorsOn(shown) ?? this.#hasOpenColors;
      return clock + shown;
    }
    const text = logLine(written);
    const label = this.#options.labels.of(place);
    const task = label === "" ? name : `${name} ${label}`;
    return `${clock}${colors.cyan(`[${task}]`)} ${stream === "stderr" ? colors.red(text) : text}`;
  }
}

function lineJson({ name, attempt }: LogSource, { line, label }: { line: StoredLogLine; label: string }): object {
  const { time, stream, text, hasNewline } = line;
  const [step, task] = name.split("/");
  return { step, task: Number(task), label, attempt, time, stream, text, hasNewline };
}
