import { checkedRows, columnsFor } from "./columns-for.ts";
import { grouped, NO_ROWS, sortPart } from "./grouped.ts";
import { type KeyIndex, NO_KEY } from "./key-index.ts";
import { KeyWalk } from "./key-walk.ts";
import { keyedSource } from "./keyed-source.ts";
import { type Moments, pointInTimeOf, windowsOf } from "./point-in-time.ts";
import type { RowsByKey, SourceRows } from "./source-spec.ts";
import type { AggregateSpec, ViewSpec } from "./view-spec.ts";

export interface ByKeyAsked extends Omit<Moments, "count"> {
  readonly index: KeyIndex;
  readonly byKey: RowsByKey;
  /** As many rows are taken as they come, without a sorting. */
  readonly wholeUpTo: number;
}

/**
 * What `pointInTime` gives, with few rows in memory: keys come one after the other, each with all its rows, and the same walk
 * takes them.
 *
 * @returns null where a key comes in two pieces
 */
export async function pointInTimeByKey(
  view: ViewSpec,
  aggregates: ReadonlyMap<string, AggregateSpec>,
  { byKey, wholeUpTo, ...asked }: ByKeyAsked,
): Promise<Map<string, unknown[]> | null> {
  const walked = new WalkedKeys(view, aggregates, asked);
  const columns = columnsFor(view, aggregates);
  const by = { keys: [...view.entity.keys.keys()], wholeUpTo };
  const taken: { isInPieces: boolean; few: SourceRows | null } = { isInPieces: false, few: null };
  await byKey.each(columns, by, {
    whole: (rows) => {
      taken.few = rows;
    },
    part: (rows) => {
      taken.isInPieces = !walked.add(checkedRows(view, columns, rows));
      return !taken.isInPieces;
    },
  });
  const { isInPieces, few: rows } = taken;
  if (rows !== null) return pointInTimeOf(view, aggregates, { rows: checkedRows(view, columns, rows), ...asked });
  return isInPieces ? null : walked.found();
}

type AskedOfKeys = Omit<ByKeyAsked, "byKey" | "wholeUpTo">;

class WalkedKeys {
  readonly #view: ViewSpec;
  readonly #aggregates: ReadonlyMap<string, AggregateSpec>;
  readonly #asked: AskedOfKeys;
  readonly #moments: ReturnType<typeof grouped>;
  readonly #isSeen: Uint8Array;
  readonly #found: Map<string, unknown[]>;

  constructor(view: ViewSpec, aggregates: ReadonlyMap<string, AggregateSpec>, asked: AskedOfKeys) {
    this.#view = view;
    this.#aggregates = aggregates;
    this.#asked = asked;
    this.#moments = grouped(asked.keys, asked.index.size);
    this.#isSeen = new Uint8Array(asked.index.size);
    this.#found = new Map([...aggregates.keys()].map((name) => [name, new Array<unknown>(asked.keys.length)]));
  }

  /** @returns false if a key was there before */
  add(rows: SourceRows): boolean {
    const { index, times } = this.#asked;
    const { keys, clocks } = keyedSource(this.#view, rows, (of) => index.find(of));
    const windows = windowsOf(this.#view, this.#aggregates, { rows, event: clocks.event, found: this.#found });
    const walk = new KeyWalk(clocks, times);
    for (let from = 0, to = 0; from < keys.length; from = to) {
      const key = keys[from]!;
      for (to = from + 1; to < keys.length && keys[to] === key; to += 1);
      if (key === NO_KEY) continue;
      if (this.#isSeen[key] === 1) return false;
      this.#isSeen[key] = 1;
      const first = from;
      const { order, starts } = this.#moments;
      const moments = order.subarray(starts[key], starts[key + 1]);
      walk.walk(
        {
          rows: Int32Array.from({ length: to - from }, (_, at) => first + at),
          moments: sortPart(moments, (one, other) => times[one]! - times[other]! || one - other),
        },
        windows,
      );
    }
    return true;
  }

  /** Those of keys without rows are filled in. */
  found(): Map<string, unknown[]> {
    const { keys, times } = this.#asked;
    const none = new Float64Array(0);
    const columns = new Map([...this.#aggregates.values()].map(({ column }) => [String(column), none]));
    const rows: SourceRows = { length: 0, columns, names: [], where: String };
    const windows = windowsOf(this.#view, this.#aggregates, { rows, event: none, found: this.#found });
    const isOpen = (key: number) => key === NO_KEY || this.#isSeen[key] === 0;
    const moments = Int32Array.from([...keys.keys()].filter((at) => isOpen(keys[at]!)));
    new KeyWalk({ event: none, created: none }, times).walk({ rows: NO_ROWS, moments }, windows);
    return this.#found;
  }
}
