import type { StoredRequest } from "../datastore/request-columns.ts";
import { evenly, isKeptWhole, loggedValue } from "../sketch/logged-value.ts";
import type { HeldRequest } from "./held-requests.ts";

/** Of a request with more rows these are kept, evenly spaced; inputs and outputs stay together. */
const MAX_ROWS = 100;
const MAX_ID_CHARS = 200;
const MAX_JSON_CHARS = 1024 * 1024;

/** What the log keeps of a request. */
export function keptRequest(held: HeldRequest): StoredRequest {
  const { at, method, number, hash, status, rows, features } = held;
  const id = held.id.slice(0, MAX_ID_CHARS);
  const latencyMs = Math.round(held.latencyMs * 1000) / 1000;
  const [input, output] = [keptRows(held.input), keptRows(held.output)];
  // Spelt out: to copy an object's properties takes longer than to look through its rows.
  return { id, at, method, number, hash, status, latencyMs, rows, input, output, features };
}

/**
 * The JSON of a list of rows.
 *
 * @param given - rows, or JSON as it came: a list of rows, or one row
 * @returns null for what is too large even so, or cannot be read
 */
function keptRows(given: HeldRequest["input"]): string | null {
  try {
    const json = typeof given === "string" ? ofJson(given) : given && ofRows(given);
    return json === null || json.length > MAX_JSON_CHARS ? null : json;
  } catch {
    return null;
  }
}

/** Most of it is kept as it came, and is not written anew. */
function ofJson(json: string): string {
  const value: unknown = JSON.parse(json);
  const isList = Array.isArray(value);
  const rows: readonly unknown[] = isList ? value : [value];
  if (rows.length > MAX_ROWS || !rows.every((row) => isKeptWhole(row))) return ofRows(rows);
  return isList ? json : `[${json}]`;
}

function ofRows(rows: readonly unknown[]): string {
  return JSON.stringify(evenly(rows, MAX_ROWS).map((row) => loggedValue(row)));
}
