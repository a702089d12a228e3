import type { RunEvent } from "../../datastore/run-event.ts";
import { padded } from "../../text/text-width.ts";
import type { Output } from "../output.ts";
import { onScreen } from "../on-screen.ts";
import { durationText } from "../../text/duration-text.ts";
import { bar } from "./bar.ts";
import type { TaskLines } from "./task-lines.ts";
import type { RunSpan } from "./run-span.ts";
import type { StepCount, StepCounts } from "./step-counts.ts";

/** Where progress is shown. */
export interface ProgressBoard {
  /** A line that stays. */
  line(text: string): void;
  /** The counts have taken in this event. */
  update(event: RunEvent): void;
  close(): void;
}

const FRAME_MS = 100;
const BAR_CELLS = 20;
/** Of a terminal that does not tell its size, or says that it has none. */
const [COLUMNS, ROWS] = [80, 24];

/** Progress drawn in place below the lines, for a terminal. */
export async function liveBoard(
  output: Output,
  { counts, tasks, span }: { counts: StepCounts; tasks: TaskLines; span: RunSpan },
): Promise<ProgressBoard> {
  const { createLogUpdate } = await import("log-update");
  const update = createLogUpdate(sizedStderr() as NodeJS.WriteStream, { showCursor: true });
  const board = (text: string) => update(onScreen(text));
  let isChanged = true;
  let isClosed = false;
  const timer = setInterval(draw, FRAME_MS);

  function draw(): void {
    const isMoving = [...counts.counts.values()].some((count) => count.running > 0);
    if (isClosed || !(isChanged || isMoving)) return;
    isChanged = false;
    board(rows());
  }

  function rows(): string {
    const steps = [...counts.counts.values()].filter((count) => count.total > 0);
    const lines = steps.flatMap((count) => [row(count, output), ...tasks.of(count.step, output)]);
    // A flow of many steps must not scroll the terminal away.
    const shown = lines.slice(-Math.max(4, (process.stderr.rows || ROWS) - 4));
    return [...shown, output.colors.dim(`elapsed ${durationText(span.ms())}`)].join("\n");
  }

  return {
    line(text) {
      if (isClosed) return output.note(text);
      update.clear();
      output.note(text);
      board(rows());
    },
    update() {
      isChanged = true;
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      clearInterval(timer);
      board(rows());
      update.done();
    },
  };
}

function sizedStderr(): Pick<NodeJS.WriteStream, "write" | "isTTY" | "columns" | "rows"> {
  const { stderr } = process;
  return {
    write: stderr.write.bind(stderr),
    isTTY: true,
    get columns() {
      return stderr.columns || COLUMNS;
    },
    get rows() {
      return stderr.rows || ROWS;
    },
  };
}

function row(count: StepCount, { colors }: Output): string {
  const { step, done, total, failed, stopped, running, retrying, reused } = count;
  const end = running > 0 || count.lastEnd === 0 ? Date.now() : count.lastEnd;
  const parts = [`${done}/${total}`];
  if (reused > 0) parts.push(`${reused} reused`);
  if (running > 0) parts.push(colors.cyan(`${running} running`));
  if (retrying > 0) parts.push(colors.yellow(`${retrying} retrying`));
  if (stopped > 0) parts.push(`${stopped} stopped`);
  if (failed > 0) parts.push(colors.red(`${failed} failed`));
  if (count.firstStart > 0) parts.push(colors.dim(durationText(end - count.firstStart)));
  const drawn = bar(total === 0 ? 0 : done / total, { colors, cells: BAR_CELLS });
  return `${padded(step, 14)} ${drawn} ${parts.join("  ")}`;
}
