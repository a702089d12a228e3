import { pointInTimeByKey } from "./point-in-time-by-key.ts";
import { checkedRows, columnsFor } from "./columns-for.ts";
import { featureError } from "./feature-error.ts";
import type { KeyIndex } from "./key-index.ts";
import { type Moments, pointInTimeOf } from "./point-in-time.ts";
import type { RowsByKey } from "./source-spec.ts";
import type { AggregateSpec, ViewSpec } from "./view-spec.ts";
import { aggregatesFor, withComputed } from "./with-computed.ts";

/** What computes features: plain with all rows in memory, or with DuckDB to sort them. */
export type FeatureEngine = "plain" | "duckdb";

/** Sources of more rows go through DuckDB where they can. */
const PLAIN_ROWS = 1_000_000;

export interface HistoricalAsked extends Omit<Moments, "count"> {
  readonly index: KeyIndex;
  /** Null: by the size of the source. */
  readonly engine?: FeatureEngine | null;
}

/**
 * The values of some features of a view, one a moment: the same from either engine.
 *
 * @param names - of features of the view
 * @throws MillraceError for a source that has not what is needed, or a value that cannot be used
 */
export async function historical(
  view: ViewSpec,
  names: readonly string[],
  { engine = null, ...asked }: HistoricalAsked,
): Promise<Map<string, readonly unknown[]>> {
  const aggregates = aggregatesFor(view, names);
  const byKey = byKeyOf(view, engine);
  const wholeUpTo = engine === "duckdb" ? 0 : PLAIN_ROWS;
  const sorted = byKey === null ? null : await pointInTimeByKey(view, aggregates, { ...asked, byKey, wholeUpTo });
  const found = sorted ?? (await plain(view, aggregates, asked));
  return withComputed(view, names, { found, length: asked.keys.length });
}

function byKeyOf({ name, source }: ViewSpec, engine: FeatureEngine | null): RowsByKey | null {
  if (engine === "plain") return null;
  if (source.byKey !== undefined) return source.byKey;
  if (engine === null) return null;
  throw featureError(`${name} cannot be computed by duckdb because its source is not sql but ${source.kind}`, {
    hint: "sql(\"SELECT * FROM 'data/*.parquet'\", …) reads files through DuckDB",
  });
}

async function plain(
  view: ViewSpec,
  aggregates: ReadonlyMap<string, AggregateSpec>,
  { index, ...asked }: Omit<HistoricalAsked, "engine">,
): Promise<Map<string, unknown[]>> {
  const columns = columnsFor(view, aggregates);
  const rows = checkedRows(view, columns, await view.source.read(columns));
  return pointInTimeOf(view, aggregates, { rows, index, ...asked });
}
