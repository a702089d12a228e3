import { parseJson, parseRecord } from "../parse-record.ts";
import type { RECORD_FORMAT, ResultLocator } from "../records.ts";
import { faultIn, fields, time } from "../shapes/checks.ts";
import { locator } from "../shapes/parts.ts";
import type { RecordKind } from "./record-kind.ts";

/** Where the result of a step with `@cache` lies. */
export interface CacheEntry {
  readonly format: typeof RECORD_FORMAT;
  readonly savedAt: number;
  readonly result: ResultLocator;
}

const cacheEntry = fields({ savedAt: time, result: locator });

export const cacheKind: RecordKind<CacheEntry> = {
  name: "cache",
  keys: [{ key: "cache/<2 hex>/<62 hex>.json", is: "the place of a cached task's result", form: "whole" }],
  parse: parseCacheEntry,
  *references({ result }) {
    yield { to: "result", locator: result };
  },
  isWeak: true,
  isCheckedApart: true,
  title: ({ key }) => key,
  loses: () => ["a cached result: its step runs again"],
  fix: () => "fsck --repair removes it",
};

/** The result that an entry of any format names; null for what is no entry. */
export function resultOfEntry(json: string): ResultLocator | null {
  try {
    const record = parseJson(json, "cache");
    return faultIn(fields({ result: locator }), record) === null ? (record as CacheEntry).result : null;
  } catch {
    return null;
  }
}

export function parseCacheEntry(json: string, key: string): CacheEntry {
  return parseRecord(json, key, (record) => faultIn(cacheEntry, record)) as CacheEntry;
}
