import { aggregateOf } from "./aggregates/aggregate-of.ts";
import { grouped, NO_ROWS, sortPart, type Grouped } from "./grouped.ts";
import { type KeyIndex, NO_KEY } from "./key-index.ts";
import { KeyWalk, type Window } from "./key-walk.ts";
import { type KeyedSource, keyedSource } from "./keyed-source.ts";
import type { SourceRows } from "./source-spec.ts";
import type { AggregateSpec, ViewSpec } from "./view-spec.ts";

/** For which keys and instants values are wanted. */
export interface Moments {
  /** How many keys there are. */
  readonly count: number;
  /** Of each moment the number of its key. */
  readonly keys: Int32Array;
  /** Milliseconds since 1970. */
  readonly times: Float64Array;
}

/**
 * What was known of each key at each moment: rows count that had happened and were known by then.
 *
 * Each key's rows come in and go out once for each window, in the order of time, so that the work grows with rows and moments
 * and not with their product.
 *
 * @returns for each aggregate its values, one a moment
 */
export function pointInTime(
  view: ViewSpec,
  wanted: ReadonlyMap<string, AggregateSpec>,
  { source, moments }: { readonly source: KeyedSource; readonly moments: Moments },
): Map<string, unknown[]> {
  const { count, keys, times } = moments;
  const { rows, clocks } = source;
  const found = new Map([...wanted.keys()].map((name) => [name, new Array<unknown>(keys.length)]));
  const windows = windowsOf(view, wanted, { rows, event: clocks.event, found });
  const history = grouped(source.keys, count);
  const asked = grouped(keys, count);
  const walk = new KeyWalk(clocks, times);
  for (let key = 0; key < count; key += 1)
    walk.walk(
      {
        rows: partOf(history, key),
        moments: sortPart(partOf(asked, key), (one, other) => times[one]! - times[other]! || one - other),
      },
      windows,
    );
  walk.walk({ rows: NO_ROWS, moments: placesOf(keys, NO_KEY) }, windows);
  return found;
}

export interface RowsAsked extends Omit<Moments, "count"> {
  readonly rows: SourceRows;
  /** Of the keys that are asked for. */
  readonly index: KeyIndex;
}

/** The same of rows whose keys and clocks are still to be read. */
export function pointInTimeOf(
  view: ViewSpec,
  wanted: ReadonlyMap<string, AggregateSpec>,
  { rows, index, keys, times }: RowsAsked,
): Map<string, unknown[]> {
  const source = keyedSource(view, rows, (of) => index.find(of));
  return pointInTime(view, wanted, { source, moments: { keys, times, count: index.size } });
}

export interface WindowsOver {
  readonly rows: SourceRows;
  readonly event: Float64Array;
  readonly found: ReadonlyMap<string, unknown[]>;
}

/** Features over one window move together. */
export function windowsOf(
  view: ViewSpec,
  wanted: ReadonlyMap<string, AggregateSpec>,
  { rows, event, found }: WindowsOver,
): Window[] {
  const byLength = new Map<number, { aggregate: ReturnType<typeof aggregateOf>; out: unknown[] }[]>();
  for (const [name, spec] of wanted) {
    const of = { rows, event, isText: view.source.isText, use: `${spec.name} ${name} of ${view.name}` };
    const windowMs = windowMsOf(spec, view.ttlMs);
    const columns = byLength.get(windowMs) ?? [];
    byLength.set(windowMs, columns);
    columns.push({ aggregate: aggregateOf(spec, of), out: found.get(name)! });
  }
  return [...byLength].map(([windowMs, columns]) => ({ windowMs, columns }));
}

/** How long a row counts. A view's `ttl` says how long a value holds; a window says that by itself. */
export function windowMsOf({ name, windowMs }: AggregateSpec, ttlMs: number | null): number {
  const isOneRow = name === "last" || name === "first";
  return windowMs ?? (isOneRow ? ttlMs : null) ?? Infinity;
}

function partOf({ order, starts }: Grouped, key: number): Int32Array {
  return order.subarray(starts[key], starts[key + 1]);
}

function placesOf(keys: Int32Array, wanted: number): Int32Array {
  const found: number[] = [];
  for (let at = 0; at < keys.length; at += 1) if (keys[at] === wanted) found.push(at);
  return Int32Array.from(found);
}
