import type { CellEnd, CellToRun, NotebookSession } from "../front/notebook-session.ts";
import { OutputCollector } from "./output-collector.ts";
import { type NotebookCell, type NotebookFile, textOf } from "./notebook-file.ts";

export interface ExecuteOptions {
  readonly session: NotebookSession;
  /** Seconds that one cell may take; null: any number. */
  readonly timeoutS: number | null;
  /** Asked after each cell: true ends the notebook there. */
  readonly isStopped: () => boolean;
  readonly onStart?: (cell: CellToRun, total: number) => void;
  readonly onEnd?: (cell: CellToRun, end: CellEnd) => void;
}

export interface ExecutedNotebook {
  readonly notebook: NotebookFile;
  /** The cell at which it stopped; null where all ran. */
  readonly failed: { readonly cell: CellToRun; readonly end: NonNullable<CellEnd>; readonly isTimeout: boolean } | null;
}

/** For a cell that ended before the interrupt reached it. */
const STOPPED = {
  type: "error",
  name: "Interrupted",
  message: "the notebook was stopped",
  traceback: [],
  line: null,
} as const;

/** A cell with this tag may fail, as nbconvert knows it. */
const MAY_FAIL = "raises-exception";

/** Runs all code cells in order, up to the first that fails; cells behind it lose what an earlier run left in them. */
export async function executeNotebook(notebook: NotebookFile, options: ExecuteOptions): Promise<ExecutedNotebook> {
  const { session, timeoutS, isStopped, onStart, onEnd } = options;
  const cells = notebook.cells.map((cell): NotebookCell =>
    cell.cell_type === "code" ? { ...cell, outputs: [], execution_count: null } : cell,
  );
  const executed = { ...notebook, metadata: withKernel(notebook.metadata), cells };
  // An empty cell is not run, and has no number.
  const toRun = cells.filter((cell) => cell.cell_type === "code" && textOf(cell.source).trim() !== "");
  const collector = new OutputCollector();
  for (const [index, cell] of toRun.entries()) {
    const run = { source: textOf(cell.source), count: index + 1, isRecorded: true };
    const outputs = (cell.outputs ??= []);
    cell.execution_count = run.count;
    onStart?.(run, toRun.length);
    // A process that starts is not the cell's fault.
    await session.ready();
    const limit = timeLimit(session, timeoutS);
    const end = await session.execute(run, (output) => collector.add(outputs, output, run.count));
    clearTimeout(limit.timer);
    onEnd?.(run, end);
    const mayFail = cell.metadata.tags?.includes(MAY_FAIL) === true;
    if (isStopped() || (end !== null && !mayFail)) {
      return { notebook: executed, failed: { cell: run, end: end ?? STOPPED, isTimeout: limit.isOver } };
    }
  }
  return { notebook: executed, failed: null };
}

function timeLimit(
  session: NotebookSession,
  timeoutS: number | null,
): { isOver: boolean; timer: NodeJS.Timeout | undefined } {
  const limit: ReturnType<typeof timeLimit> = { isOver: false, timer: undefined };
  if (timeoutS === null) return limit;
  limit.timer = setTimeout(() => {
    limit.isOver = true;
    session.interrupt();
  }, timeoutS * 1_000);
  return limit;
}

/** For the editor that opens it next; what a notebook says already stays. */
function withKernel(metadata: NotebookFile["metadata"]): NotebookFile["metadata"] {
  return {
    kernelspec: { display_name: "TypeScript (Millrace)", language: "typescript", name: "millrace" },
    language_info: { file_extension: ".ts", mimetype: "text/x-typescript", name: "typescript" },
    ...metadata,
  };
}
