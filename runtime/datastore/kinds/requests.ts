import { parseRecord } from "../parse-record.ts";
import type { RECORD_FORMAT } from "../records.ts";
import { faultOfRequests } from "../request-columns.ts";
import { amount, count, faultIn, fields, list, name, oneOf, optional, table, text, time } from "../shapes/checks.ts";
import type { RecordKind } from "./record-kind.ts";

/** What a server did since its block before: all requests are counted, and some of them are kept. */
export interface RequestBlock {
  readonly format: typeof RECORD_FORMAT;
  readonly model: string;
  readonly server: string;
  /** Of a version whose answers no client got; left out otherwise. */
  readonly role?: "shadow";
  /** When the first and the last of its requests came. */
  readonly from: number;
  readonly to: number;
  /** The share of the requests that was meant to be kept. */
  readonly sample: number;
  /** Of all requests, kept or not, by version. */
  readonly totals: readonly RequestTotals[];
  /** Requests that were to be kept and were not, as the store was too slow for them. */
  readonly dropped: number;
  /** Requests that are kept. */
  readonly count: number;
  /** Those, in columns: JSON, deflated, in base64. */
  readonly data: string;
}

/** All requests that one version answered. */
export interface RequestTotals {
  readonly number: number;
  readonly hash: string;
  readonly requests: number;
  readonly rows: number;
  /** Of a shadow: answers that are not what the client got; left out where there is none. */
  readonly different?: number;
  /** By status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** By bucket of the latency: see `latency-bucket.ts`. */
  readonly latencies: Readonly<Record<string, number>>;
}

const block = fields({
  model: name,
  server: text,
  role: optional(oneOf("shadow")),
  from: time,
  to: time,
  sample: amount,
  totals: list(
    fields({
      number: count,
      hash: text,
      requests: count,
      rows: count,
      different: optional(count),
      statuses: table(count),
      latencies: table(count),
    }),
  ),
  dropped: count,
  count,
  data: text,
});

/** What servers of a model were asked and answered. */
export const requestsKind: RecordKind<RequestBlock> = {
  name: "requests",
  // Grows with the traffic.
  isLarge: true,
  keys: [
    {
      key: "requests/<name>/<day>/<segment>.jsonl",
      is: "requests that a server of a model answered: all of them counted, a sample kept; some seconds a line",
      form: "lines",
    },
  ],
  parse(json, key) {
    // `fsck` looks into them as well; readers do when they need them.
    const faultOf = (record: unknown) => faultOfBlock(record, key) ?? faultOfRequests(record as RequestBlock);
    return parseRecord(json, key, faultOf) as RequestBlock;
  },
  title: ({ key }) => key,
  loses: ({ key }) => [`requests to the model ${key.split("/")[1] ?? ""}, from the damaged line on`],
  fix: ({ key }) => `delete ${key}: nothing else needs it`,
};

/** @throws MillraceError for what belongs to another model than its key names */
export function parseRequestBlock(json: string, key: string): RequestBlock {
  return parseRecord(json, key, (record) => faultOfBlock(record, key)) as RequestBlock;
}

function faultOfBlock(record: unknown, key: string): string | null {
  const fault = faultIn(block, record);
  if (fault !== null) return fault;
  const { model } = record as RequestBlock;
  return key.startsWith(`${requestsFolder(model)}/`) ? null : `it says that it belongs to ${model}`;
}

/** Has a folder for each day, in UTC: `20260314`. */
export function requestsFolder(model: string): string {
  return `requests/${model}`;
}
