import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** A day in Seattle. */
export interface Day {
  /** `2012-01-31` */
  readonly date: string;
  /** Its highest temperature, in °C. */
  readonly high: number;
}

/** Loads the four years of weather in Seattle of `vega-datasets`, up to that day. */
export async function loadWeather(until: string): Promise<Day[]> {
  const main = createRequire(import.meta.url).resolve("vega-datasets");
  const text = await readFile(join(dirname(main), "..", "data", "seattle-weather.csv"), "utf8");
  const days = text
    .trim()
    .split("\n")
    .slice(1)
    .map((line): Day => {
      const [date = "", , high = ""] = line.split(",");
      return { date, high: Number(high) };
    });
  return days.filter(({ date }) => date <= until);
}

/** What a day of the year is usually like, and how much of today's difference is left tomorrow. */
export interface WeatherModel {
  readonly usual: readonly number[];
  readonly persistence: number;
}

const DAYS = 366;
/** Days before and after that count for the same time of the year. */
const WINDOW = 10;

export function fitWeather(days: readonly Day[]): WeatherModel {
  const sums = Array.from({ length: DAYS }, () => ({ sum: 0, count: 0 }));
  for (const { date, high } of days) {
    for (let shift = -WINDOW; shift <= WINDOW; shift += 1) {
      const sum = sums[(dayOfYear(date) + shift + DAYS) % DAYS];
      if (sum === undefined) continue;
      sum.sum += high;
      sum.count += 1;
    }
  }
  const usual = sums.map(({ sum, count }) => (count === 0 ? 0 : sum / count));
  const differences = days.map(({ date, high }) => high - (usual[dayOfYear(date)] ?? 0));
  let [products, squares] = [0, 0];
  for (const [at, difference] of differences.entries()) {
    products += difference * (differences[at + 1] ?? 0);
    squares += difference ** 2;
  }
  return { usual, persistence: squares === 0 ? 0 : products / squares };
}

/** The highest temperature of the day after. */
export function forecast({ usual, persistence }: WeatherModel, { date, high }: Day): number {
  const today = dayOfYear(date);
  const difference = high - (usual[today] ?? 0);
  return (usual[(today + 1) % DAYS] ?? 0) + persistence * difference;
}

function dayOfYear(date: string): number {
  const start = Date.parse(`${date.slice(0, 4)}-01-01T00:00:00Z`);
  return Math.round((Date.parse(`${date}T00:00:00Z`) - start) / 86_400_000);
}
