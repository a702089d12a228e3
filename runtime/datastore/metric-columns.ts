import { numberOf, storedNumber, type StoredNumber } from "./last-values.ts";

/** The calls of one series in a line, an element each. */
export interface MetricColumns {
  /** A number: the first step, and each further one is one more. */
  readonly steps: number | readonly number[];
  /** A text: doubles, little-endian, in base64: many numbers take a tenth of the time so. */
  readonly values: readonly StoredNumber[] | string;
  /** Milliseconds since the line's time. */
  readonly times: readonly number[];
}

/** A series as it is read. */
export interface MetricSeries {
  readonly steps: number[];
  readonly values: number[];
  /** In milliseconds since 1970. */
  readonly times: number[];
}

/** This many numbers are worth it; fewer can be read by people. */
const MANY = 16;
const BYTES = Float64Array.BYTES_PER_ELEMENT;

export function metricColumns({ steps, values, times }: Readonly<MetricSeries>, from: number): MetricColumns {
  return {
    steps: areConsecutive(steps) ? (steps[0] ?? 0) : steps,
    values: values.length > MANY ? bytesText(values) : values.map(storedNumber),
    times: times.map((time) => time - from),
  };
}

/** Adds what a line has of a series. */
export function addColumns(to: MetricSeries, { steps, values, times }: MetricColumns, from: number): void {
  const doubles = typeof values === "string" ? Buffer.from(values, "base64") : null;
  for (const [at, time] of times.entries()) {
    to.steps.push(typeof steps === "number" ? steps + at : (steps[at] ?? 0));
    to.values.push(
      doubles === null ? numberOf((values as readonly StoredNumber[])[at] ?? 0) : doubles.readDoubleLE(at * BYTES),
    );
    to.times.push(from + time);
  }
}

/** What is wrong with columns whose fields have the right types; null if nothing is. */
export function faultOfColumns({ steps, values, times }: MetricColumns): string | null {
  const count = typeof values === "string" ? Buffer.byteLength(values, "base64") / BYTES : values.length;
  const isEven = count === times.length && (typeof steps === "number" || steps.length === count);
  return isEven ? null : " has columns of unequal length";
}

function areConsecutive(steps: readonly number[]): boolean {
  for (let at = 1; at < steps.length; at += 1) if (steps[at] !== (steps[at - 1] ?? 0) + 1) return false;
  return true;
}

function bytesText(values: readonly number[]): string {
  return Buffer.from(Float64Array.from(values).buffer).toString("base64");
}
