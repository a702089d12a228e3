import { RefusedRequest } from "./refused-request.ts";

/** A whole number of a query, from 0 on; `max` at most, whatever was asked for. */
export function numberIn(
  query: URLSearchParams,
  name: string,
  { otherwise, max }: { readonly otherwise: number; readonly max: number },
): number {
  const text = query.get(name);
  if (text === null || text === "") return otherwise;
  if (!/^\d{1,15}$/.test(text)) throw wrong(name, "a whole number");
  return Math.min(Number(text), max);
}

/** Null where it is not given. */
export function timeIn(query: URLSearchParams, name: string): number | null {
  const text = query.get(name);
  if (text === null || text === "") return null;
  const time = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(time)) throw wrong(name, "milliseconds since 1970, or a date as 2026-03-14");
  return time;
}

export function textIn(query: URLSearchParams, name: string): string | null {
  const text = query.get(name);
  return text === "" ? null : text;
}

export function oneIn<Word extends string>(query: URLSearchParams, name: string, words: readonly Word[]): Word | null {
  const text = textIn(query, name);
  if (text === null) return null;
  const found = words.find((word) => word === text);
  if (found === undefined) throw wrong(name, `one of ${words.join(", ")}`);
  return found;
}

function wrong(name: string, expected: string): RefusedRequest {
  return new RefusedRequest(400, { headline: `Cannot answer because ${name} in the query is not ${expected}` });
}
