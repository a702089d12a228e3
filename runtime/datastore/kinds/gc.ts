import { damagedRecord, parseJson, parseRecord } from "../parse-record.ts";
import { count, faultIn, fields, hasFormat, list, orNull, text, time } from "../shapes/checks.ts";
import type { RecordKind } from "./record-kind.ts";
import { faultOfDocument } from "../shapes/fault-of-document.ts";

export const LEASE_FORMAT = 1;

/** Who collects garbage, or did so last. */
export interface LeaseRecord {
  readonly format: typeof LEASE_FORMAT;
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** By the holder's clock. */
  readonly renewedAt: number;
  /** The folder of blobs from which it may remove just now. */
  readonly sweeping: string | null;
  /** Null while it is at work. */
  readonly endedAt: number | null;
}

/** What was about to be removed, for whoever comes after a gc that was killed. */
export interface Intent {
  /** `run.json` of each run. */
  readonly documents: readonly { readonly key: string; readonly text: string }[];
}

export const INTENT_KEY = "gc/removing.json";

const lease = fields({
  format: hasFormat(LEASE_FORMAT),
  id: text,
  host: text,
  pid: count,
  renewedAt: time,
  sweeping: orNull(text),
  endedAt: orNull(time),
});
const intent = fields({ documents: list(fields({ key: text, text })) });

/** What gc says of itself. */
export const gcKind: RecordKind<LeaseRecord | Intent> = {
  name: "gc",
  keys: [
    { key: "gc/lease-<n>.json", is: "who collects garbage, or was the last to do so", form: "whole" },
    { key: INTENT_KEY, is: "what a gc is about to remove; exists only briefly", form: "whole" },
  ],
  isCheckedApart: true,
  parse: (json, key) => (key === INTENT_KEY ? parseIntent(json) : parseLease(json, key)),
  title: ({ key }) => key,
  loses: () => [],
  fix: () => "fsck --repair sets it aside: it was not left by Millrace's gc",
};

export function parseLease(json: string, key: string): LeaseRecord {
  const record = parseJson(json, key);
  const fault = faultIn(lease, record);
  if (fault !== null) throw damagedRecord(key, `it is not a lease: ${fault}`);
  return record as LeaseRecord;
}

/** Whoever may write to the store could else have any file of the user's made here. */
export function parseIntent(json: string): Intent {
  const record = parseJson(json, INTENT_KEY);
  const fault = intent(record);
  if (fault !== null) throw damagedRecord(INTENT_KEY, `it says nothing of what is removed: it${fault}`);
  const { documents } = record as Intent;
  for (const { key, text } of documents) {
    if (!/^(?:flows|spins)\/[^/]+\/[^/]+\/run\.json$/.test(key))
      throw damagedRecord(
        INTENT_KEY,
        `it is to restore something that is not a run's document: ${JSON.stringify(key.slice(0, 100))}`,
      );
    const [, flow = "", run = ""] = key.split("/");
    parseRecord(text, `${INTENT_KEY}: ${key}`, (document) => faultOfDocument(document, { flow, run }));
  }
  return { documents };
}
