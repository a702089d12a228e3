import type { Metaflow } from "./metaflow.ts";

/** What every case is given. */
export interface Bench {
  /** A temporary folder of this case alone. */
  readonly folder: string;
  /** Null where Metaflow cannot be had or is not wanted: the cases then measure Millrace alone. */
  readonly metaflow: Metaflow | null;
  /** Tasks that Metaflow really runs where Millrace runs 1,000. */
  readonly metaflowTasks: number;
  /** Size of the file of the cases about files. */
  readonly fileMb: number;
  /** A hundredth of the data, where a case can: to try it. */
  readonly isSmall: boolean;
}

/** One of the two things that a case compares. */
export interface Side {
  readonly label: string;
  /** Whatever a reader must know to judge the figure, such as "scaled from 100 tasks". */
  readonly note?: string;
  /** Runs it once, checks the result, and gives the wall time in milliseconds. */
  readonly measure: () => Promise<number>;
  /** Run before the first measurement, and not timed; `measure` itself where it is not given. */
  readonly warmUp?: () => Promise<unknown>;
  /** What the measurements so far showed beside the wall time; asked once, after the last one. */
  readonly figures?: () => readonly Figure[];
}

/** Something else than wall time, such as the peak memory of a process. */
export interface Figure {
  readonly label: string;
  readonly unit: "ms" | "µs" | "MB" | "kB" | "%" | "x" | "a second" | "requests" | "events";
  /** One for each measurement. */
  readonly samples: readonly number[];
  /** The bounds on the median that the project set itself. */
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** The ratio of a pair is the second's time divided by the first's. */
export interface Pair {
  readonly first: Side;
  readonly second: Side | null;
  /** Called at last: ends what was started for it, or the bench would wait for that. */
  readonly end?: () => Promise<void>;
}

/** The bounds that the project set itself, on the median ratio unless they say otherwise. */
export interface Target {
  readonly atLeast?: number;
  readonly atMost?: number;
  /** On the first side's median wall time. */
  readonly firstAtMostMs?: number;
}

/** One line of the table. */
export interface BenchCase {
  readonly name: string;
  /** One sentence: what is timed, and against what. */
  readonly measures: string;
  /** Pairs measured when the command line does not say; fewer for what takes minutes. */
  readonly runs: number;
  readonly target?: Target;
  /** Measured only when asked for, by `--only` or `--all`. */
  readonly isLong?: boolean;
  /** Untimed preparation, such as the failed run that is resumed. */
  readonly prepare: (bench: Bench) => Promise<Pair>;
}
