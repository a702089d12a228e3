import path from "node:path";
import process from "node:process";
import { stripVTControlCharacters } from "node:util";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { type ExecutedNotebook, executeNotebook } from "../../../notebook/file/execute-notebook.ts";
import { readNotebook } from "../../../notebook/file/notebook-file.ts";
import { writeNotebook } from "../../../notebook/file/write-notebook.ts";
import { NotebookSession } from "../../../notebook/front/notebook-session.ts";
import type { NotebookRunFlags } from "./flags.ts";
import type { Output } from "../../output.ts";
import { isTerminalGone } from "../../is-terminal-gone.ts";
import { CellProgress } from "./cell-progress.ts";
import { userPath } from "../../../settings/user-path.ts";

export interface RunNotebookOptions {
  readonly flags: NotebookRunFlags;
  readonly output: Output;
}

/**
 * `notebook run`: the outputs are saved also where a cell fails.
 * @throws MillraceError with cell and line
 */
export async function runNotebook(given: string, { flags, output }: RunNotebookOptions): Promise<void> {
  const file = userPath(given);
  const notebook = readNotebook(file, given);
  const out = userPath(flags.out ?? given);
  const session = new NotebookSession({ folder: path.dirname(file) });
  const signals = stopAtSignal(session);
  const progress = new CellProgress(output);
  session.start();
  let executed: ExecutedNotebook;
  try {
    const timeoutS = flags.timeout ?? null;
    executed = await executeNotebook(notebook, {
      session,
      timeoutS,
      isStopped: signals.happened,
      onStart: (cell, total) => progress.start(cell, total),
      onEnd: (cell, end) => progress.end(cell, end),
    });
  } finally {
    await session.close();
    signals.forget();
  }
  writeNotebook(out, executed.notebook);
  output.print(`saved: ${path.relative(process.cwd(), out) || out}`);
  if (flags.html !== undefined) {
    const { writePage } = await import("../../../notebook/page/write-page.ts");
    writePage(userPath(flags.html), { notebook: executed.notebook, source: file });
    output.print(`page: ${flags.html}`);
  }
  if (executed.failed !== null) throw failure(given, executed.failed, flags.timeout);
}

/** The first Ctrl-C stops the cell, and with it the notebook; what has been shown is saved. */
function stopAtSignal(session: NotebookSession): { happened: () => boolean; forget: () => void } {
  let hasHappened = false;
  const stop = () => {
    hasHappened = true;
    session.interrupt();
  };
  const hangUp = () => {
    if (!isTerminalGone()) stop();
  };
  const handlers = [
    ["SIGINT", stop],
    ["SIGTERM", stop],
    ["SIGHUP", hangUp],
  ] as const;
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return {
    happened: () => hasHappened,
    forget: () => handlers.forEach(([signal, handler]) => process.off(signal, handler)),
  };
}

function failure(given: string, failed: NonNullable<ExecutedNotebook["failed"]>, timeoutS?: number): MillraceError {
  const { cell, end, isTimeout } = failed;
  const line = end.line === null ? "" : `, line ${end.line}`;
  const why = isTimeout ? `it took longer than ${timeoutS ?? 0} s` : `${end.name}: ${end.message.split("\n")[0] ?? ""}`;
  return new MillraceError({
    code: "MILLRACE_NOTEBOOK_CELL",
    headline: `Cannot finish ${given} because of cell ${cell.count}${line}: ${why}`,
    details: end.traceback.flatMap((part) => stripVTControlCharacters(part).split("\n")),
    hint: isTimeout
      ? "give it more time: --timeout SECONDS"
      : 'fix the cell, or give it the tag "raises-exception" if it is meant to fail',
  });
}
