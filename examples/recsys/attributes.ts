import type { Film } from "./films.ts";

/** One column: a value that a film has or has not, or a quantity. */
export interface Column {
  name: string;
  kind: "category" | "quantity";
  /** For how many films it is known. */
  films: number;
}

/** What is known of each film besides its ratings, as sparse rows of named columns. */
export interface Attributes {
  columns: Column[];
  /** For each film, pairs of column and value; what is not known is absent. */
  rows: [column: number, value: number][][];
}

const categories = ["genre", "creativeType", "source", "certificate", "distributor", "director"] as const;
const quantities = ["votes", "usGross", "worldwideGross", "budget", "runningTime", "year"] as const;

/** Encodes films: a column per frequent category value, and logarithms of quantities in standard deviations. */
export function encodeAttributes(films: readonly Film[], options: { minFilms: number }): Attributes {
  const columns: Column[] = [];
  const rows: Attributes["rows"] = films.map(() => []);
  for (const name of categories) {
    for (const [value, members] of groupBy(films, name)) {
      if (members.length < options.minFilms) continue;
      for (const film of members) rows[film]?.push([columns.length, 1]);
      columns.push({ name: `${name}: ${value}`, kind: "category", films: members.length });
    }
  }
  for (const name of quantities) {
    const known = films.flatMap((film, index) => {
      const value = film[name];
      return value === null ? [] : [[index, name === "year" ? value : Math.log(value)] as const];
    });
    const mean = known.reduce((sum, [, value]) => sum + value, 0) / known.length;
    const deviation = Math.sqrt(known.reduce((sum, [, value]) => sum + (value - mean) ** 2, 0) / known.length);
    for (const [film, value] of known) rows[film]?.push([columns.length, (value - mean) / deviation]);
    columns.push({ name, kind: "quantity", films: known.length });
  }
  return { columns, rows };
}

function groupBy(films: readonly Film[], name: (typeof categories)[number]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  films.forEach((film, index) => {
    const value = film[name];
    if (value === null) return;
    const members = groups.get(value);
    if (members) members.push(index);
    else groups.set(value, [index]);
  });
  return groups;
}
