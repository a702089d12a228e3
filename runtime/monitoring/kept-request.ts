import type { KeptRequest } from "../datastore/request-columns.ts";
import { evenly, loggedValue } from "../sketch/logged-value.ts";
import type { ServedRequest } from "./served-request.ts";

/** Of a request with more rows these are kept, evenly spaced; inputs and outputs stay together. */
const MAX_ROWS = 100;
const MAX_ID_CHARS = 200;
const MAX_JSON_CHARS = 1024 * 1024;

/** What the log keeps of a request. */
export function keptRequest({ input, output, id, latencyMs, ...request }: ServedRequest): KeptRequest {
  return {
    ...request,
    id: id.slice(0, MAX_ID_CHARS),
    latencyMs: Math.round(latencyMs * 1000) / 1000,
    input: keptRows(input),
    output: keptRows(output),
  };
}

/** Null for what is too large even so, or cannot be read. */
function keptRows(rows: readonly unknown[] | null): readonly unknown[] | null {
  if (rows === null) return null;
  try {
    const kept = evenly(rows, MAX_ROWS).map((row) => loggedValue(row));
    return JSON.stringify(kept).length > MAX_JSON_CHARS ? null : kept;
  } catch {
    return null;
  }
}
