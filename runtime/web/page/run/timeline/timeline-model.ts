import { REUSED, STATUSES, type TaskColumns } from "../../../api/task-columns.ts";
import { TimeFolds } from "./time-folds.ts";

/** Bars of the timeline, with times as they are drawn. */
export interface TimelineModel {
  readonly columns: TaskColumns;
  readonly folds: TimeFolds;
  /** The row in the columns of each bar. */
  readonly rows: Uint32Array;
  readonly ready: Float64Array;
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** Reused tasks ran in another run, at another time: they are not drawn. */
  readonly reused: number;
}

export interface TimelineWanted {
  /** A place in the columns' steps; -1 for all. */
  readonly step: number;
  readonly isFolding: boolean;
  readonly now: number;
}

const RUNNING = STATUSES.indexOf("running");

export function timelineModel(columns: TaskColumns, { step, isFolding, now }: TimelineWanted): TimelineModel {
  const { flags, startedAt, finishedAt, readyAt, status } = columns;
  const chosen: number[] = [];
  let reused = 0;
  for (const [row, own] of columns.step.entries()) {
    if (((flags[row] ?? 0) & REUSED) > 0) reused += 1;
    else if (step < 0 || own === step) chosen.push(row);
  }
  const rows = Uint32Array.from(chosen);
  const endOf = (row: number): number => {
    const finished = finishedAt[row] ?? Number.NaN;
    if (!Number.isNaN(finished)) return finished;
    return status[row] === RUNNING ? now : (startedAt[row] ?? 0);
  };
  const starts = Float64Array.from(rows, (row) => startedAt[row] ?? 0);
  const ends = Float64Array.from(rows, endOf);
  const folds = new TimeFolds({ starts, ends }, { isFolding });
  return {
    columns,
    folds,
    rows,
    ready: Float64Array.from(rows, (row, at) => folds.fold(Math.min(readyAt[row] ?? 0, starts[at] ?? 0))),
    start: starts.map((time) => folds.fold(time)),
    end: ends.map((time) => folds.fold(time)),
    reused,
  };
}

/** What is in sight: a stretch of time, and a part of the bars that lie in it. */
export interface TimelineSight {
  readonly from: number;
  readonly to: number;
  /** From 0 to 1. */
  readonly top: number;
  readonly bottom: number;
}

/** The bars that run in the stretch of time in sight: what only waits through it would leave no room for them. */
export function barsIn({ start, end, rows }: TimelineModel, { from, to }: TimelineSight): Uint32Array {
  const found = new Uint32Array(rows.length);
  let count = 0;
  for (let bar = 0; bar < rows.length; bar += 1) {
    if ((end[bar] ?? 0) < from || (start[bar] ?? 0) > to) continue;
    found[count] = bar;
    count += 1;
  }
  return found.subarray(0, count);
}
