import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** A film of the `movies.json` data set, cleaned. Money is in US dollars, the running time in minutes. */
export interface Film {
  title: string;
  year: number | null;
  genre: string | null;
  creativeType: string | null;
  source: string | null;
  certificate: string | null;
  distributor: string | null;
  director: string | null;
  votes: number | null;
  usGross: number | null;
  worldwideGross: number | null;
  budget: number | null;
  runningTime: number | null;
  /** IMDB users, 0 to 10. */
  audience: number | null;
  /** Rotten Tomatoes, the percentage of favourable reviews. */
  critics: number | null;
}

/** Loads the films of `vega-datasets` that have a title and at least one rating. */
export async function loadFilms(): Promise<Film[]> {
  // The package's exports hide its data files, so they are found beside its entry point.
  const entry = createRequire(import.meta.url).resolve("vega-datasets");
  const text = await readFile(join(dirname(entry), "..", "data", "movies.json"), "utf8");
  return cleanFilms(JSON.parse(text) as Record<string, unknown>[]);
}

/** Turns raw rows into films, without those that cannot be named or were never rated. */
export function cleanFilms(rows: readonly Record<string, unknown>[]): Film[] {
  return rows
    .filter((row) => row["Title"] !== null)
    .map(toFilm)
    .filter((film) => film.audience !== null || film.critics !== null);
}

function toFilm(row: Record<string, unknown>): Film {
  return {
    title: String(row["Title"]),
    year: releaseYear(row["Release Date"]),
    genre: text(row["Major Genre"]),
    creativeType: text(row["Creative Type"]),
    source: text(row["Source"]),
    certificate: text(row["MPAA Rating"]),
    distributor: text(row["Distributor"]),
    director: text(row["Director"]),
    votes: amount(row["IMDB Votes"]),
    usGross: amount(row["US Gross"]),
    worldwideGross: amount(row["Worldwide Gross"]),
    budget: amount(row["Production Budget"]),
    runningTime: amount(row["Running Time min"]),
    audience: rating(row["IMDB Rating"]),
    critics: rating(row["Rotten Tomatoes Rating"]),
  };
}

function releaseYear(value: unknown): number | null {
  const year = Number(/\d{4}$/.exec(String(value))?.[0] ?? Number.NaN);
  if (Number.isNaN(year)) return null;
  // The data ends in 2010; a later year is a two-digit one that was read a century too late.
  return year > 2011 ? year - 100 : year;
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

// Zero dollars or votes stand for "not known" in this data.
function amount(value: unknown): number | null {
  return typeof value === "number" && value > 0 ? value : null;
}

function rating(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
