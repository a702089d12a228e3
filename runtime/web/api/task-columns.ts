import type { TaskStatus } from "../../datastore/reader/run-summary.ts";

/** `GET /api/runs/:flow/:run/columns`: the tasks of a run, each field an array of its own; in the order in which they started. */
export interface TaskColumns {
  /** What `step` counts in. */
  readonly steps: readonly string[];
  /** The `id` of the last event that is counted here: `/api/events` goes on from there. */
  readonly cursor: string;
  readonly task: Uint32Array;
  readonly step: Uint16Array;
  /** A place in {@link STATUSES}. */
  readonly status: Uint8Array;
  /** How many attempts it has had; 255 for that many and more. */
  readonly attempts: Uint8Array;
  /** Sum of {@link REUSED} and {@link CANCELLED}. */
  readonly flags: Uint8Array;
  /** In the innermost foreach; -1 outside of one. */
  readonly index: Int32Array;
  /** When it could have started: its last parent was done. In milliseconds since 1970. */
  readonly readyAt: Float64Array;
  readonly startedAt: Float64Array;
  /** NaN while it is not over. */
  readonly finishedAt: Float64Array;
  /** The task that it waited for last, by its number; it is how the critical path goes back. 0 for the first. */
  readonly after: Uint32Array;
}

export const STATUSES: readonly TaskStatus[] = ["pending", "running", "succeeded", "failed", "caught", "stale"];
export const REUSED = 1;
export const CANCELLED = 2;

interface Header {
  readonly steps: readonly string[];
  readonly cursor: string;
  readonly count: number;
}

/** Widest first, so that each array lies at a multiple of its width. */
const ARRAYS = [
  ["readyAt", Float64Array],
  ["startedAt", Float64Array],
  ["finishedAt", Float64Array],
  ["task", Uint32Array],
  ["after", Uint32Array],
  ["index", Int32Array],
  ["step", Uint16Array],
  ["status", Uint8Array],
  ["attempts", Uint8Array],
  ["flags", Uint8Array],
] as const;
/** Before the header, which says how long it is. */
const LENGTH_BYTES = 4;
const ALIGNED = 8;

/** A length, a header in JSON filled up with blanks to a multiple of 8 bytes, then the arrays, all little-endian. */
export function encodeColumns(columns: TaskColumns): Uint8Array {
  const header: Header = { steps: columns.steps, cursor: columns.cursor, count: columns.task.length };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = Math.ceil((LENGTH_BYTES + text.length) / ALIGNED) * ALIGNED;
  const size = ARRAYS.reduce((sum, [name]) => sum + columns[name].byteLength, start);
  const bytes = new Uint8Array(size).fill(0x20, 0, start);
  new DataView(bytes.buffer).setUint32(0, start - LENGTH_BYTES, true);
  bytes.set(text, LENGTH_BYTES);
  let at = start;
  for (const [name] of ARRAYS) {
    const { buffer, byteOffset, byteLength } = columns[name];
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return bytes;
}

/** @param buffer - as {@link encodeColumns} made it, from its first byte on; the arrays are views of it */
export function decodeColumns(buffer: ArrayBuffer): TaskColumns {
  const length = new DataView(buffer).getUint32(0, true);
  const { steps, cursor, count } = JSON.parse(
    new TextDecoder().decode(new Uint8Array(buffer, LENGTH_BYTES, length)),
  ) as Header;
  let at = LENGTH_BYTES + length;
  const arrays = ARRAYS.map(([name, Kind]) => {
    const array = new Kind(buffer, at, count);
    at += array.byteLength;
    return [name, array];
  });
  return { steps, cursor, ...(Object.fromEntries(arrays) as Omit<TaskColumns, "steps" | "cursor">) };
}
