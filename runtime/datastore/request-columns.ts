import { deflateRaw, inflateRawSync } from "node:zlib";
import { promisify } from "node:util";
import { messageOf } from "../../sdk/base/message-of.ts";
import type { AnsweringSnapshot } from "../../sdk/base/metadata.ts";
import { count, faultIn, fields, list, object, optional, orNull, table, text, time } from "./shapes/checks.ts";

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
  /** What was looked up for those rows; null or missing for nothing. */
  readonly features?: LookedUpFeatures | null;
}

/** A request as it is stored: with the JSON of its rows, which need not be made anew. */
export interface StoredRequest extends Omit<KeptRequest, "input" | "output"> {
  readonly input: string | null;
  readonly output: string | null;
}

/** Features that a service looked up for the rows of a request. */
export interface LookedUpFeatures {
  readonly snapshots: Readonly<Record<string, AnsweringSnapshot>>;
  /** Of each row its keys, and what was found. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

type Columns = { readonly [Field in (typeof FIELDS)[number]]: readonly KeptRequest[Field][] } & {
  readonly features?: readonly KeptRequest["features"][];
};

const FACTS = ["id", "at", "method", "number", "hash", "status", "latencyMs", "rows"] as const;
const FIELDS = [...FACTS, "input", "output"] as const;
const MAX_BYTES = 256 * 1024 * 1024;

const numbers = list((value) => (Number.isFinite(value) ? null : " is not a number"));
const rowLists = list((value) => (value === null || Array.isArray(value) ? null : " is not a list of rows"));
const lookedUp = fields({
  snapshots: table(fields({ version: count, until: time, columns: table(text) })),
  rows: list(object),
});
const columns = fields({
  features: optional(list(orNull(lookedUp))),
  ...{ id: list(text), at: list(time), method: list(text), number: list(count), hash: list(text) },
  ...{ status: list(count), latencyMs: numbers, rows: list(count), input: rowLists, output: rowLists },
});
const deflated = promisify(deflateRaw);

/** Requests as a block has them; compressed beside the event loop. */
export async function requestColumns(requests: readonly StoredRequest[]): Promise<string> {
  const hasFeatures = requests.some(({ features }) => features != null);
  const facts = JSON.stringify({
    ...Object.fromEntries(FACTS.map((field) => [field, requests.map((request) => request[field])])),
    // Most services look nothing up.
    ...(hasFeatures ? { features: requests.map(({ features = null }) => features) } : {}),
  });
  const input = requests.map((one) => one.input ?? "null").join(",");
  const output = requests.map((one) => one.output ?? "null").join(",");
  const json = `${facts.slice(0, -1)},"input":[${input}],"output":[${output}]}`;
  return (await deflated(json, { level: 3 })).toString("base64");
}

/** @throws Error for what is no such column text */
export function requestsIn(data: string): KeptRequest[] {
  const read = columnsIn(data);
  const fault = faultIn(columns, read);
  if (fault !== null) throw new Error(fault);
  const all = read as Columns;
  const { features } = all;
  if ([...FIELDS.map((field) => all[field]), features ?? all.id].some(({ length }) => length !== all.id.length))
    throw new Error("its columns are of unequal length");
  return all.id.map(
    (_, at) =>
      ({
        ...Object.fromEntries(FIELDS.map((field) => [field, all[field][at]])),
        ...(features?.[at] == null ? {} : { features: features[at] }),
      }) as unknown as KeptRequest,
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
