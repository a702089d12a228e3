import type { RunEvent } from "../../datastore/run-event.ts";
import { padded } from "../../text/text-width.ts";
import type { Output } from "../output.ts";
import { onScreen } from "../on-screen.ts";
import { waitsText } from "../../text/waits-text.ts";
import { durationText } from "../../text/duration-text.ts";
import { bar } from "./bar.ts";
import { Painter } from "./painter.ts";
import { printedLines } from "./printed-lines.ts";
import type { TaskLines } from "./task-lines.ts";
import type { RunSpan } from "./run-span.ts";
import type { StepCount, StepCounts } from "./step-counts.ts";

/** Where progress is shown. */
export interface ProgressBoard {
  /** A line that stays. */
  line(text: string): void;
  /** The counts have taken in this event. */
  update(event: RunEvent): void;
  /** By step what its next task waits for. */
  held(lacking: ReadonlyMap<string, readonly string[]>): void;
  close(): void;
}

const FRAME_MS = 100;
const BAR_CELLS = 20;
/** Of a terminal that does not tell its size, or says that it has none. */
const [COLUMNS, ROWS] = [80, 24];

/** Progress drawn in place below the lines, for a terminal. What else this process prints meanwhile is a line above it. */
export function liveBoard(
  output: Output,
  { counts, tasks, span }: { counts: StepCounts; tasks: TaskLines; span: RunSpan },
): ProgressBoard {
  const write = process.stderr.write.bind(process.stderr);
  const painter = new Painter({
    terminal: {
      write: (text) => void write(text),
      get columns() {
        return process.stderr.columns || COLUMNS;
      },
      get rows() {
        return process.stderr.rows || ROWS;
      },
    },
    block: rows,
  });
  const release = printedLines((line) => painter.line(line));
  let isClosed = false;
  let waiting: ReadonlyMap<string, readonly string[]> = new Map();
  // Durations go on by themselves.
  const timer = setInterval(() => {
    if ([...counts.counts.values()].some((count) => count.running > 0)) painter.changed();
  }, FRAME_MS);
  process.stderr.on("resize", changed);

  function rows(): string[] {
    const steps = [...counts.counts.values()].filter((count) => count.total > 0);
    const lines = steps.flatMap((count) => [
      row(count, { output, waitsFor: waiting.get(count.step) ?? [] }),
      ...tasks.of(count.step, output),
    ]);
    // A flow of many steps must not scroll the terminal away.
    const shown = lines.slice(-Math.max(4, (process.stderr.rows || ROWS) - 4));
    return [...shown, output.colors.dim(`elapsed ${durationText(span.ms())}`)].map(onScreen);
  }

  function changed(): void {
    painter.changed();
  }

  return {
    line(text) {
      if (isClosed) output.note(text);
      else painter.line(onScreen(text));
    },
    update: changed,
    held(lacking) {
      waiting = lacking;
      changed();
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      clearInterval(timer);
      process.stderr.off("resize", changed);
      release();
      painter.close();
    },
  };
}

function row(
  count: StepCount,
  { output: { colors }, waitsFor }: { output: Output; waitsFor: readonly string[] },
): string {
  const { step, done, total, failed, stopped, running, retrying, reused } = count;
  const end = running > 0 || count.lastEnd === 0 ? Date.now() : count.lastEnd;
  const parts = [`${done}/${total}`];
  if (reused > 0) parts.push(`${reused} reused`);
  if (running > 0) parts.push(colors.cyan(`${running} running`));
  if (retrying > 0) parts.push(colors.yellow(`${retrying} retrying`));
  const waits = done + running + failed < total ? waitsText(waitsFor, count) : "";
  if (waits !== "") parts.push(colors.dim(waits));
  if (stopped > 0) parts.push(`${stopped} stopped`);
  if (failed > 0) parts.push(colors.red(`${failed} failed`));
  if (count.firstStart > 0) parts.push(colors.dim(durationText(end - count.firstStart)));
  const drawn = bar(total === 0 ? 0 : done / total, { colors, cells: BAR_CELLS });
  return `${padded(step, 14)} ${drawn} ${parts.join("  ")}`;
}
