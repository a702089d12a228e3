import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import {
  type Float32,
  type Float64,
  type Int16,
  type Int32,
  type Table,
  tableFromArrays,
  tableFromIPC,
} from "apache-arrow";

/** A flight each row: minutes of delay, miles, and the hour of departure. */
export type Flights = Table<{ delay: Int16; distance: Int16; time: Float32 }>;

/** A part of the day each row. */
export type Summary = Table<{ from: Int32; flights: Int32; meanDelay: Float64; lateShare: Float64 }>;

/** The flights of a part of the day; `from` is the hour at which it begins. */
export interface PartOfDay {
  readonly from: number;
  readonly flights: Flights;
}

type Columns<T> = T extends Table<infer C> ? C : never;

const HOURS = 6;

/** Loads the 200,000 flights of `vega-datasets`, an Arrow file. */
export async function loadFlights(): Promise<Flights> {
  // The package's exports hide its data files, so they are found beside its entry point.
  const entry = createRequire(import.meta.url).resolve("vega-datasets");
  return tableFromIPC(await readFile(join(dirname(entry), "..", "data", "flights-200k.arrow")));
}

/** Splits the flights into four tables. */
export function byPartOfDay(flights: Flights): PartOfDay[] {
  const { delay, distance, time } = columnsOf(flights);
  return [0, 6, 12, 18].map((from) => {
    const isHere = (_: number, row: number) => Math.floor((time[row] ?? NaN) / HOURS) * HOURS === from;
    const [here, miles, hours] = [delay.filter(isHere), distance.filter(isHere), time.filter(isHere)];
    return { from, flights: tableFromArrays({ delay: here, distance: miles, time: hours }) };
  });
}

/** One row: how late the flights of a part of the day were. */
export function summaryOf({ from, flights }: PartOfDay): Summary {
  const { delay } = columnsOf(flights);
  return tableFromArrays({
    from: Int32Array.of(from),
    flights: Int32Array.of(delay.length),
    meanDelay: Float64Array.of(delay.reduce((sum, minutes) => sum + minutes, 0) / delay.length),
    lateShare: Float64Array.of(delay.filter((minutes) => minutes > 15).length / delay.length),
  });
}

/** Lines for people. */
export function summaryText(summary: Summary): string {
  const rows = summary.toArray() as unknown as readonly Record<keyof Columns<Summary>, number>[];
  const lines = rows.map(({ from, flights, meanDelay, lateShare }) => {
    const hours = `${from} to ${from + HOURS}`.padStart(8);
    return `${hours} h: ${flights} flights, ${meanDelay.toFixed(1)} min late, ${(100 * lateShare).toFixed(1)} % by more than 15 min`;
  });
  return lines.join("\n");
}

/** All values of each column, side by side in memory. */
function columnsOf(flights: Flights) {
  return {
    delay: valuesOf<Int16Array>(flights, "delay"),
    distance: valuesOf<Int16Array>(flights, "distance"),
    time: valuesOf<Float32Array>(flights, "time"),
  };
}

function valuesOf<T>(flights: Flights, name: keyof Columns<Flights>): T {
  const column = flights.getChild(name);
  if (column === null) throw new Error(`there is no column ${name}`);
  return column.toArray() as T;
}
