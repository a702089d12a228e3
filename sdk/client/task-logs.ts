import { constants } from "node:buffer";
import { inspect } from "node:util";
import { type StoredLogLine as StoredLine, MAX_JOINED_CHARS } from "../../runtime/datastore/stored-log-line.ts";
import { LogTail } from "../../runtime/datastore/reader/log-tail.ts";
import { sourcesOf } from "../../runtime/datastore/reader/log-source.ts";
import { MillraceError } from "../base/millrace-error.ts";
import { checkAttempt } from "./check-attempt.ts";
import type { TaskReader } from "./task-reader.ts";

/** Where a line was written to. */
export type LogStream = "stdout" | "stderr";

/** One line of a task's output. */
export interface LogLine {
  /** When it was written; of a line written in pieces, the last one. */
  readonly time: Date;
  /** Where the line was written. */
  readonly stream: LogStream;
  /** Without its newline. */
  readonly text: string;
}

/**
 * What a task wrote: awaited it is the text as it was written, and `lines()` tells the lines apart. A loop with
 * `for await` gives the same lines one by one, however many they are.
 *
 * @example
 * ```ts
 * const task = await Task.get("RecSysFlow/latest/fitB/2");
 * console.log(await task.logs("stderr"));
 * for await (const { time, stream, text } of task.logs()) console.log(time.toISOString(), stream, text);
 * ```
 */
export class TaskLogs implements PromiseLike<string>, AsyncIterable<LogLine> {
  readonly #read: () => Iterable<StoredLine>;

  /** @internal */
  constructor(read: () => Iterable<StoredLine>) {
    this.#read = read;
  }

  /** Reads the text; this is what `await` calls. */
  then<A = string, B = never>(
    onRead?: ((text: string) => A | PromiseLike<A>) | null,
    onFailed?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#text().then(onRead, onFailed);
  }

  /**
   * The lines with their time stamps, all of them.
   * @throws MillraceError `MILLRACE_LOG_SIZE` if they are too many for that
   */
  async lines(): Promise<readonly LogLine[]> {
    const lines: LogLine[] = [];
    let chars = 0;
    for await (const line of this) {
      chars += line.text.length + 1;
      if (chars > constants.MAX_STRING_LENGTH) throw tooLarge();
      lines.push(line);
    }
    return lines;
  }

  /** The lines with their time stamps, read as they are asked for. */
  async *[Symbol.asyncIterator](): AsyncGenerator<LogLine, void, undefined> {
    await Promise.resolve();
    yield* wholeLines(this.#read());
  }

  /** @internal */
  [inspect.custom](): string {
    return "TaskLogs: await it for the text, or its lines()";
  }

  async #text(): Promise<string> {
    await Promise.resolve();
    const parts: string[] = [];
    let chars = 0;
    for (const { text, hasNewline } of this.#read()) {
      parts.push(hasNewline ? `${text}\n` : text);
      chars += text.length + 1;
      if (chars > constants.MAX_STRING_LENGTH) throw tooLarge();
    }
    return parts.join("");
  }
}

export interface LogRequest {
  readonly stream: LogStream | "both";
  /** Undefined for the latest that printed anything. */
  readonly attempt: number | undefined;
}

export function taskLogs(task: TaskReader, { stream, attempt }: LogRequest): TaskLogs {
  if (!["stdout", "stderr", "both"].includes(stream)) throw unknownStream(stream);
  return new TaskLogs(function* () {
    checkAttempt(task, { attempt, what: "logs" });
    const { flow, run } = task.run.header;
    // An attempt that only concluded the one before it, for `@catchError`, has no output.
    for (const source of sourcesOf({ flow, run }, { task: task.summary, attempt })) {
      let hasLines = false;
      for (const line of new LogTail(task.run.store.storage, source).next()) {
        hasLines = true;
        if (stream === "both" || line.stream === stream) yield line;
      }
      if (hasLines) return;
    }
  });
}

/** Output comes in pieces where it was flushed without a newline. */
function* wholeLines(pieces: Iterable<StoredLine>): Generator<LogLine> {
  const begun = new Map<LogStream, StoredLine>();
  for (const piece of pieces) {
    const line = { ...piece, text: (begun.get(piece.stream)?.text ?? "") + piece.text };
    begun.delete(piece.stream);
    if (line.hasNewline || line.text.length >= MAX_JOINED_CHARS) yield lineOf(line);
    else begun.set(line.stream, line);
  }
  for (const line of begun.values()) yield lineOf(line);
}

function lineOf({ time, stream, text }: StoredLine): LogLine {
  return { time: new Date(time), stream, text };
}

function tooLarge(): MillraceError {
  return new MillraceError({
    code: "MILLRACE_LOG_SIZE",
    headline: `Cannot give the output at once because it is longer than ${constants.MAX_STRING_LENGTH} characters`,
    hint: "go through its lines: for await (const line of task.logs())",
  });
}

function unknownStream(seen: unknown): MillraceError {
  return new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot read logs because there is no such stream: ${JSON.stringify(seen) ?? "undefined"}`,
    hint: 'ask for "stdout", "stderr" or "both"',
  });
}
