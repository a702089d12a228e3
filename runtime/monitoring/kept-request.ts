import type { KeptRequest } from "../datastore/request-columns.ts";
import { evenly, loggedValue } from "../sketch/logged-value.ts";
import type { ServedRequest } from "./served-request.ts";

/** Of a request with more rows these are kept, evenly spaced; inputs and outputs stay together. */
const MAX_ROWS = 100;
const MAX_ID_CHARS = 200;
const MAX_JSON_CHARS = 1024 * 1024;
const NONE = { rows: null, chars: 0 };

interface Kept {
  readonly request: KeptRequest;
  /** Of its rows, in JSON. */
  readonly chars: number;
}

/** What the log keeps of a request. */
export function keptRequest({ input, output, id, latencyMs, ...request }: ServedRequest): Kept {
  const [kept, answered] = [keptRows(input), keptRows(output)];
  return {
    request: {
      ...request,
      id: id.slice(0, MAX_ID_CHARS),
      latencyMs: Math.round(latencyMs * 1000) / 1000,
      input: kept.rows,
      output: answered.rows,
    },
    chars: kept.chars + answered.chars,
  };
}

/** Null for what is too large even so, or cannot be read. */
function keptRows(rows: readonly unknown[] | null): {
  readonly rows: readonly unknown[] | null;
  readonly chars: number;
} {
  if (rows === null) return NONE;
  try {
    const kept = evenly(rows, MAX_ROWS).map((row) => loggedValue(row));
    const chars = JSON.stringify(kept).length;
    return chars > MAX_JSON_CHARS ? NONE : { rows: kept, chars };
  } catch {
    return NONE;
  }
}
