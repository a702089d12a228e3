import { type LogLine as StoredLine, logText } from "../../runtime/datastore/log-format.ts";
import { LogTail } from "../../runtime/datastore/reader/log-tail.ts";
import { attemptNumbers, sourcesOf } from "../../runtime/datastore/reader/log-source.ts";
import { MillraceError } from "../errors.ts";
import type { TaskReader } from "./task-reader.ts";

/** Where a line was written to. */
export type LogStream = "stdout" | "stderr";

/** One line of a task's output. */
export interface LogLine {
  /** When it was written; of a line written in pieces, the last one. */
  readonly time: Date;
  readonly stream: LogStream;
  /** Without its newline. */
  readonly text: string;
}

/**
 * What a task wrote: awaited it is the text as it was written, and `lines()` tells the lines apart.
 *
 * @example
 * ```ts
 * const task = await Task.get("RecSysFlow/latest/fitB/2");
 * console.log(await task.logs("stderr"));
 * for (const { time, stream, text } of await task.logs().lines()) console.log(time.toISOString(), stream, text);
 * ```
 */
export class TaskLogs implements PromiseLike<string> {
  readonly #read: () => readonly StoredLine[];

  /** @internal */
  constructor(read: () => readonly StoredLine[]) {
    this.#read = read;
  }

  /** Reads the text; this is what `await` calls. */
  then<A = string, B = never>(
    onRead?: ((text: string) => A | PromiseLike<A>) | null,
    onFailed?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#text().then(onRead, onFailed);
  }

  /** The lines with their time stamps. */
  async lines(): Promise<readonly LogLine[]> {
    await Promise.resolve();
    return wholeLines(this.#read());
  }

  async #text(): Promise<string> {
    await Promise.resolve();
    return logText(this.#read());
  }
}

export interface LogRequest {
  readonly stream: LogStream | "both";
  /** Undefined for the latest that printed anything. */
  readonly attempt: number | undefined;
}

export function taskLogs(task: TaskReader, { stream, attempt }: LogRequest): TaskLogs {
  if (!["stdout", "stderr", "both"].includes(stream)) throw unknownStream(stream);
  return new TaskLogs(() => {
    checkAttempt(task, attempt);
    const { flow, run } = task.run.header;
    // An attempt that only concluded the one before it, for `@catchError`, has no output.
    for (const source of sourcesOf({ flow, run }, { task: task.summary, attempt })) {
      const lines = [...new LogTail(task.run.store.storage, source).next()];
      if (lines.length > 0) return lines.filter((line) => stream === "both" || line.stream === stream);
    }
    return [];
  });
}

/** Output comes in pieces where it was flushed without a newline. */
function wholeLines(pieces: readonly StoredLine[]): LogLine[] {
  const lines: LogLine[] = [];
  const begun = new Map<LogStream, StoredLine>();
  const add = ({ time, stream, text }: StoredLine) => lines.push({ time: new Date(time), stream, text });
  for (const piece of pieces) {
    const line = { ...piece, text: (begun.get(piece.stream)?.text ?? "") + piece.text };
    begun.delete(piece.stream);
    if (line.hasNewline) add(line);
    else begun.set(line.stream, line);
  }
  for (const line of begun.values()) add(line);
  return lines;
}

function checkAttempt(task: TaskReader, attempt: number | undefined): void {
  const numbers = attemptNumbers(task.summary);
  if (attempt === undefined || numbers.includes(attempt)) return;
  throw new MillraceError({
    code: "MILLRACE_PATHSPEC",
    headline: `Cannot read the logs of attempt ${attempt} of ${task.pathspec} because there is no such attempt`,
    details: [numbers.length === 0 ? "it has not started" : `attempts: ${numbers.join(", ")}`],
  });
}

function unknownStream(seen: unknown): MillraceError {
  return new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot read logs because there is no such stream: ${JSON.stringify(seen) ?? "undefined"}`,
    hint: 'ask for "stdout", "stderr" or "both"',
  });
}
