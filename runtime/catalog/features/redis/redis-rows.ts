import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import {
  parseFeatureSnapshot,
  featureSnapshotKey,
  type FeatureSnapshot,
} from "../../../datastore/kinds/feature-snapshot.ts";
import {
  type FeatureVersion,
  featureVersionKey,
  parseFeatureVersion,
} from "../../../datastore/kinds/feature-version.ts";
import { type Check, faultIn, fields, list, orNull, table, text } from "../../../datastore/shapes/checks.ts";
import { parseJson } from "../../../datastore/parse-record.ts";
import { columnBytes, storedValue } from "../online/stored-column.ts";

/**
 * What Redis has of a view: `millrace:features:{view}` names the hash that answers, and the stamp that has to be in it; a
 * hash has the rows, by key, and what they are. Braces keep them together where Redis is a cluster.
 */
export function pointerKey(view: string): string {
  return `millrace:features:{${view}}`;
}

export function hashKey(view: string, hash: string): string {
  return `${pointerKey(view)}:${hash}`;
}

/** Fields of a hash that are no keys of the entity. */
export const STAMP = "stamp";
export const ABOUT = "about";

/** What the rows of a hash are. */
export interface RedisRows {
  readonly snapshot: FeatureSnapshot;
  readonly version: FeatureVersion;
  /** Features, in the order of a row. */
  readonly names: readonly string[];
  /** Values of a key without rows. */
  readonly empty: Readonly<Record<string, number | null>>;
}

/** Where rows lie, and by which stamp one sees that they are still those. */
export interface RedisPointer {
  readonly hash: string;
  readonly stamp: string;
}

const object: Check = (value) => (typeof value === "object" && value !== null ? null : " is not an object");
const number: Check = (value) => (typeof value === "number" ? null : " is not a number");
const about = fields({ snapshot: object, version: object, names: list(text), empty: table(orNull(number)) });

export function parsePointer(value: unknown, { view, title }: { readonly view: string; readonly title: string }) {
  if (value === null) return null;
  const [hash, stamp, ...more] = Buffer.isBuffer(value) ? value.toString().split(" ") : [];
  if (hash === undefined || stamp === undefined || more.length > 0) throw notOurs(pointerKey(view), title);
  return { hash, stamp } satisfies RedisPointer;
}

/** @throws MillraceError for what Millrace did not write */
export function parseRows(
  value: unknown,
  { view, title }: { readonly view: string; readonly title: string },
): RedisRows {
  if (!Buffer.isBuffer(value)) throw lostRows(view, title);
  const parsed = parseJson(value.toString(), `${pointerKey(view)} in ${title}`);
  if (faultIn(about, parsed) !== null) throw notOurs(pointerKey(view), title);
  const { snapshot, version, names, empty } = parsed as RedisRows;
  const versionKey = featureVersionKey(view, version.number);
  return {
    snapshot: parseFeatureSnapshot(JSON.stringify(snapshot), featureSnapshotKey(view)),
    version: parseFeatureVersion(JSON.stringify(version), versionKey),
    ...{ names, empty },
  };
}

/** Redis may be told to drop what it has when memory is short. */
export function lostRows(view: string, title: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_FEATURE",
    headline: `Cannot look up the features ${view} because their values are gone from ${title}`,
    hint: "run millrace features materialize again; Redis drops values where its maxmemory-policy is not noeviction",
  });
}

function notOurs(key: string, title: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_FEATURE",
    headline: `Cannot read ${key} in ${title} because Millrace did not write what is there`,
    hint: "use another database for it, redis://host:6379/1, or remove the key and run features materialize again",
  });
}

const LONE_SURROGATE = /\p{Cs}/u;

/** The field of a key; half of a surrogate pair has no UTF-8. */
export function fieldOf(key: string): Buffer {
  return LONE_SURROGATE.test(key)
    ? Buffer.concat([Buffer.from("w"), Buffer.from(key, "utf16le")])
    : Buffer.from(`u${key}`, "utf8");
}

const OFFSET_BYTES = 4;

/** The values of a key, in the order of the names. */
export function rowBytes(values: readonly unknown[]): Buffer {
  return columnBytes(values, { form: "cells", name: "a feature" });
}

/** Reads what `rowBytes` wrote. */
export class RedisRowReader {
  readonly #names: ReadonlyMap<string, number>;
  readonly #rows: RedisRows;

  constructor(rows: RedisRows) {
    this.#rows = rows;
    this.#names = new Map(rows.names.map((name, at) => [name, at]));
  }

  /** False for bytes that are no row of these features. */
  fits(row: Buffer): boolean {
    const { length } = this.#rows.names;
    const head = (length + 1) * OFFSET_BYTES;
    return row.length >= head && row.readUInt32LE(length * OFFSET_BYTES) + head === row.length;
  }

  /** @param row - null for a key without rows */
  value(name: string, row: Buffer | null): unknown {
    const { names, empty } = this.#rows;
    if (row === null) return empty[name] ?? null;
    return storedValue(row, { form: "cells", at: 0, length: names.length }, this.#names.get(name)!);
  }
}
