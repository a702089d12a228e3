import { type FeatureEngine, historical } from "../../runtime/catalog/features/historical.ts";
import { instantsOf } from "../../runtime/catalog/features/instants-of.ts";
import { KeyIndex } from "../../runtime/catalog/features/key-index.ts";
import { pinnedViews } from "../../runtime/catalog/features/pinned-view.ts";
import { host } from "../base/host.ts";
import { refuseUnknown } from "../client/client-options.ts";
import { askedViews, type FoundFeatures, givenColumn, withFeatures } from "./asked-views.ts";
import { featureProblem } from "./feature-problem.ts";
import type { FeatureSelection } from "./feature-definition.ts";

/** What `features.historical` takes. */
export interface HistoricalOptions<Label extends object> {
  /** The column of the labels that says for which instant features are wanted. */
  readonly timestamp: keyof Label & string;
  /**
   * `plain` reads a source whole into memory; `duckdb`, for sources of `sql`, has DuckDB sort the rows, on disk where memory
   * does not hold them. Both give the same, bit for bit.
   * @defaultValue `duckdb` for a source of `sql` with more than a million rows
   */
  readonly engine?: FeatureEngine | undefined;
}

host().hasFeatures = true;

export async function historicalRows<Label extends object>(
  labels: readonly Label[],
  selections: readonly FeatureSelection[],
  options: HistoricalOptions<Label>,
): Promise<object[]> {
  refuseUnknown(options, ["timestamp", "engine"]);
  const { engine = null } = options;
  if (engine !== null && engine !== "plain" && engine !== "duckdb")
    throw featureProblem(`there is no engine ${JSON.stringify(engine)}`, 'wanted: "plain" or "duckdb"');
  const asked = await pinnedViews(askedViews(selections));
  const { length } = labels;
  const where = (row: number) => `label ${row}`;
  const columnOf = (name: string, use: string) => givenColumn(labels, { name, use, what: "labels" });
  const time = columnOf(options.timestamp, "timestamp");
  const times = instantsOf(time, { name: options.timestamp, length, title: "the labels", where });
  const found: FoundFeatures[] = [];
  for (const { view, names } of asked) {
    const keys = [...view.entity.keys.keys()].map(
      (name) => [name, columnOf(name, `a key of ${view.entity.name}`)] as const,
    );
    const index = new KeyIndex(view.entity);
    const ids = index.take({ length, columns: new Map(keys), isText: false, where });
    found.push({ view, values: await historical(view, names, { index, keys: ids, times, engine }) });
  }
  for (const { view, names } of askedViews(selections)) host().task?.noteFeatures?.(view, names);
  return withFeatures(labels, found, "labels");
}
