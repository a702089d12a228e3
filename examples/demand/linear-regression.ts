import { Matrix, solve } from "ml-matrix";

/** What is known of an airport before a day begins. */
export interface Known {
  readonly lastDay: number;
  readonly weekAgo: number;
  readonly fortnightAgo: number;
  /** Null without a closed day. */
  readonly usual: number | null;
}

/** How many flights left on the day. */
export interface Day extends Known {
  readonly flights: number;
}

/** A weight for each of what is known. */
export interface DemandModel {
  readonly weights: readonly number[];
}

/** Least squares, by the normal equations. */
export function fit(days: readonly Day[]): DemandModel {
  const x = new Matrix(days.map(columnsOf));
  const y = Matrix.columnVector(days.map(({ flights }) => flights));
  const transposed = x.transpose();
  return { weights: solve(transposed.mmul(x), transposed.mmul(y)).to1DArray() };
}

/** How many flights will leave. */
export function forecast({ weights }: DemandModel, known: Known): number {
  return columnsOf(known).reduce((sum, value, at) => sum + value * (weights[at] ?? 0), 0);
}

/** By how many flights a guess is wrong, in the mean. */
export function meanError<Row extends Day>(days: readonly Row[], guess: (day: Row) => number): number {
  return days.reduce((sum, day) => sum + Math.abs(guess(day) - day.flights), 0) / days.length;
}

function columnsOf({ lastDay, weekAgo, fortnightAgo, usual }: Known): number[] {
  return [lastDay, weekAgo, fortnightAgo, usual ?? weekAgo];
}
