import type { FoundValues } from "../../../sdk/base/metadata.ts";
import type { LookedUpFeatures } from "../../datastore/request-columns.ts";
import { evenly, loggedValue } from "../../sketch/logged-value.ts";
import type { Prediction } from "../model/predictions-of.ts";
import type { RowIssue } from "./checked-row.ts";

/** Why a row that fits the schema cannot be given features. */
export function lookupIssues({ lookup }: Prediction, row: unknown): readonly RowIssue[] {
  if (lookup === undefined) return [];
  if (typeof row !== "object" || row === null)
    return [{ path: [], message: "features are looked up for objects only" }];
  return [
    ...lookup.keys.flatMap((name) => {
      const message = Object.hasOwn(row, name)
        ? lookup.keyFault(name, (row as Record<string, unknown>)[name])
        : "it is missing, and features are looked up by it";
      return message === null ? [] : [{ path: [name], message }];
    }),
    // It would be the client's word for it.
    ...lookup.columns
      .filter((name) => Object.hasOwn(row, name))
      .map((name) => ({ path: [name], message: "it is a feature, which is looked up: leave it out" })),
  ];
}

/** What is looked up for rows without issues; null where nothing is. */
export async function foundFor({ lookup }: Prediction, rows: readonly unknown[]): Promise<FoundValues | null> {
  return lookup === undefined || rows.length === 0 ? null : lookup.find(rows as readonly object[]);
}

/** Of a request with more rows these are logged, the same as of its input and output. */
const MAX_ROWS = 100;

/** What the log keeps of it: the keys, and what was found. */
export function lookedUp(
  { lookup }: Prediction,
  { rows, found, first }: { readonly rows: readonly unknown[]; readonly found: FoundValues; readonly first: number },
): LookedUpFeatures {
  const keys = lookup?.keys ?? [];
  const kept = evenly(
    rows.map((row, at) => ({ row, values: found.values[first + at] })),
    MAX_ROWS,
  );
  return {
    snapshots: found.snapshots,
    rows: kept.map(({ row, values }) => {
      const own = keys.map((name) => [name, loggedKey((row as Record<string, unknown>)[name])] as const);
      return { ...Object.fromEntries(own), ...(loggedValue(values) as object) };
    }),
  };
}

/** A key is looked up again: a part of a long text would be another one. */
function loggedKey(value: unknown): unknown {
  if (typeof value === "string") return value;
  return typeof value === "bigint" ? String(value) : (loggedValue(value) ?? null);
}
