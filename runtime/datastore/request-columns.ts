import { deflateRaw, inflateRawSync } from "node:zlib";
import { promisify } from "node:util";
import { messageOf } from "../../sdk/base/message-of.ts";
import { count, faultIn, fields, list, text, time } from "./shapes/checks.ts";

/** A request that was kept. */
export interface KeptRequest {
  readonly id: string;
  /** When it came. */
  readonly at: number;
  readonly method: string;
  /** Number of the version that answered. */
  readonly number: number;
  readonly hash: string;
  readonly status: number;
  readonly latencyMs: number;
  /** How many rows it had; of many rows some are kept. */
  readonly rows: number;
  /** Null where it could not be kept: too large, or none. */
  readonly input: readonly unknown[] | null;
  readonly output: readonly unknown[] | null;
}

type Columns = { readonly [Field in keyof KeptRequest]: readonly KeptRequest[Field][] };

const FIELDS = ["id", "at", "method", "number", "hash", "status", "latencyMs", "rows", "input", "output"] as const;
const MAX_BYTES = 256 * 1024 * 1024;

const numbers = list((value) => (Number.isFinite(value) ? null : " is not a number"));
const rowLists = list((value) => (value === null || Array.isArray(value) ? null : " is not a list of rows"));
const columns = fields({
  ...{ id: list(text), at: list(time), method: list(text), number: list(count), hash: list(text) },
  ...{ status: list(count), latencyMs: numbers, rows: list(count), input: rowLists, output: rowLists },
});
const deflated = promisify(deflateRaw);

/** Requests as a block has them; compressed beside the event loop. */
export async function requestColumns(requests: readonly KeptRequest[]): Promise<string> {
  const all = Object.fromEntries(FIELDS.map((field) => [field, requests.map((request) => request[field])]));
  return (await deflated(JSON.stringify(all), { level: 3 })).toString("base64");
}

/** @throws Error for what is no such column text */
export function requestsIn(data: string): KeptRequest[] {
  const read = columnsIn(data);
  const fault = faultIn(columns, read);
  if (fault !== null) throw new Error(fault);
  const all = read as Columns;
  if (FIELDS.some((field) => all[field].length !== all.id.length)) throw new Error("its columns are of unequal length");
  return all.id.map(
    (_, at) => Object.fromEntries(FIELDS.map((field) => [field, all[field][at]])) as unknown as KeptRequest,
  );
}

/** What is wrong with a block's columns; null if nothing is. */
export function faultOfRequests({
  data,
  count: wanted,
}: {
  readonly data: string;
  readonly count: number;
}): string | null {
  try {
    const { length } = requestsIn(data);
    return length === wanted ? null : `its columns have ${length} requests, not ${wanted}`;
  } catch (error) {
    return `data: ${messageOf(error)}`;
  }
}

function columnsIn(data: string): unknown {
  const bytes = inflateRawSync(Buffer.from(data, "base64"), { maxOutputLength: MAX_BYTES });
  return JSON.parse(bytes.toString());
}
