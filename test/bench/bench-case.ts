import type { Metaflow } from "./metaflow.ts";

/** What every case is given. */
export interface Bench {
  /** A temporary folder of this case alone. */
  readonly folder: string;
  /** Null where Metaflow cannot be had or is not wanted: the cases then measure Millrace alone. */
  readonly metaflow: Metaflow | null;
  /** Tasks that Metaflow really runs where Millrace runs 1,000. */
  readonly metaflowTasks: number;
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
}

/** The ratio of a pair is the second's time divided by the first's. */
export interface Pair {
  readonly first: Side;
  readonly second: Side | null;
}

/** The bound on the median ratio that the project set itself. */
export interface Target {
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** One line of the table. */
export interface BenchCase {
  readonly name: string;
  /** One sentence: what is timed, and against what. */
  readonly measures: string;
  /** Pairs measured when the command line does not say; fewer for what takes minutes. */
  readonly runs: number;
  readonly target?: Target;
  /** Untimed preparation, such as the failed run that is resumed. */
  readonly prepare: (bench: Bench) => Promise<Pair>;
}
