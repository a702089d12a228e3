import { historical } from "../../runtime/catalog/features/historical.ts";
import { instantsOf } from "../../runtime/catalog/features/instants-of.ts";
import { KeyIndex } from "../../runtime/catalog/features/key-index.ts";
import type { ViewSpec } from "../../runtime/catalog/features/view-spec.ts";
import { nearest } from "../base/nearest.ts";
import { refuseUnknown } from "../client/client-options.ts";
import { featureProblem } from "./feature-problem.ts";
import type { FeatureSelection, WithFeatures } from "./feature-definition.ts";

/** What `features.historical` takes. */
export interface HistoricalOptions<Label extends object> {
  /** The column of the labels that says for which instant features are wanted. */
  readonly timestamp: keyof Label & string;
}

/** What {@link features} offers. */
export interface Features {
  /**
   * For each label the features as they were known at its instant: a row counts when it had happened and was known by then, so
   * that nothing of the future is in a training set.
   *
   * @param labels - with the keys of the entities and a column that says when
   * @param selections - `[spending.all, visits.visits7d]`
   * @returns an object for each label, in the order of the labels: its columns, then the features. A feature is called
   * `view.feature` where a column or a feature of another view has its name
   * @throws MillraceError `MILLRACE_FEATURE` for labels or rows that cannot be used, with the row
   *
   * @example
   * ```ts
   * import { features } from "millrace/features";
   * import { spending } from "./features.ts";
   *
   * const labels = [{ customerId: "c7", at: new Date("2026-03-01"), churned: false }];
   * const training = await features.historical(labels, [spending.all], { timestamp: "at" });
   * console.log(training[0]?.spend7d);
   * ```
   */
  historical<Label extends object, const Selections extends readonly FeatureSelection[]>(
    labels: readonly Label[],
    selections: Selections,
    options: HistoricalOptions<Label>,
  ): Promise<WithFeatures<Label, Selections>[]>;
}

/** Asks for the values of features. */
export const features: Features = { historical: historicalRows };

async function historicalRows<Label extends object, const Selections extends readonly FeatureSelection[]>(
  labels: readonly Label[],
  selections: Selections,
  options: HistoricalOptions<Label>,
): Promise<WithFeatures<Label, Selections>[]> {
  refuseUnknown(options, ["timestamp"]);
  const asked = askedFor(selections);
  const length = labels.length;
  const where = (row: number) => `label ${row}`;
  const columnOf = (name: string, use: string) => columnOfLabels(labels, name, use);
  const time = columnOf(options.timestamp, "timestamp");
  const times = instantsOf(time, { name: options.timestamp, length, title: "the labels", where });
  const taken = new Set<string>();
  for (const label of labels) for (const name of Object.keys(label)) taken.add(name);
  const columns = new Map<string, readonly unknown[]>();
  for (const { view, names } of asked) {
    const keys = [...view.entity.keys.keys()].map(
      (name) => [name, columnOf(name, `a key of ${view.entity.name}`)] as const,
    );
    const index = new KeyIndex(view.entity);
    const ids = index.take({ length, columns: new Map(keys), isText: false, where });
    const found = await historical(view, names, { index, keys: ids, times });
    for (const [name, values] of found) columns.set(nameIn(name, { view, asked, taken }), values);
  }
  return labels.map((label, row) => {
    const whole = { ...label } as Record<string, unknown>;
    for (const [name, values] of columns) whole[name] = values[row];
    return whole as WithFeatures<Label, Selections>;
  });
}

interface Asked {
  readonly view: ViewSpec;
  readonly names: readonly string[];
}

/** Each view once, with all that is asked of it. */
function askedFor(selections: readonly FeatureSelection[]): readonly Asked[] {
  const found = new Map<ViewSpec, Set<string>>();
  for (const { definition, names } of selections) {
    const of = found.get(definition) ?? new Set();
    found.set(definition, of);
    for (const name of names) of.add(name);
  }
  const views = [...found].map(([view, names]) => ({ view, names: [...names] }));
  const names = views.map(({ view }) => view.name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw featureProblem(`two feature views are called ${twice}`, "give each its own name");
  return views;
}

function columnOfLabels(labels: readonly object[], name: string, use: string): readonly unknown[] {
  const [first] = labels;
  if (first !== undefined && !Object.hasOwn(first, name)) {
    const near = nearest(name, Object.keys(first));
    const has = `they have: ${Object.keys(first).join(", ")}`;
    throw featureProblem(
      `the labels have no column ${name}, which is ${use}`,
      near === null ? has : `did you mean ${near}?`,
    );
  }
  return labels.map((label) => (label as Record<string, unknown>)[name]);
}

function nameIn(
  name: string,
  { view, asked, taken }: { view: ViewSpec; asked: readonly Asked[]; taken: ReadonlySet<string> },
): string {
  const isTaken = taken.has(name) || asked.some((other) => other.view !== view && other.names.includes(name));
  if (!isTaken) return name;
  const whole = `${view.name}.${name}`;
  if (taken.has(whole)) throw featureProblem(`the labels have the columns ${name} and ${whole}`, "rename one of them");
  return whole;
}
