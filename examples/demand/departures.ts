import { readdir, readFile } from "node:fs/promises";

/** How many flights left an airport on a day: what is to be known before that day begins. */
export interface Departures {
  readonly airport: string;
  /** When the day begins. */
  readonly at: string;
  readonly flights: number;
}

const FOLDER = new URL("departures/", import.meta.url);

/** All days of all airports, from the files that the features are computed from as well. */
export async function readDepartures(): Promise<Departures[]> {
  const found: Departures[] = [];
  for (const name of (await readdir(FOLDER)).sort()) {
    const [, ...lines] = (await readFile(new URL(name, FOLDER), "utf8")).trimEnd().split("\n");
    for (const line of lines) {
      const [day = "", , airport = "", flights] = line.split(",");
      found.push({ airport, at: day, flights: Number(flights) });
    }
  }
  return found;
}
