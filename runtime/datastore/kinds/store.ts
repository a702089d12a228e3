import { damagedRecord } from "../parse-record.ts";
import type { RecordKind } from "./record-kind.ts";

/** What marks a folder or a bucket as a datastore. */
export const storeKind: RecordKind<number> = {
  name: "store",
  keys: [{ key: "millrace.json", is: "the store's format", form: "whole" }],
  parse(text, key) {
    const [, format] = /^\{"format":(\d+)\}\n?$/.exec(text) ?? [];
    if (format === undefined) throw damagedRecord(key, `it is not valid: ${text.slice(0, 40)}`);
    return Number(format);
  },
  title: () => "the datastore",
  loses: () => ["the format of the datastore"],
  fix: () => "fsck --repair rewrites it",
};
