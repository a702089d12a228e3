import type { ViewSpec } from "../../runtime/catalog/features/view-spec.ts";
import { nearest } from "../base/nearest.ts";
import { featureProblem } from "./feature-problem.ts";
import { rowsWithColumns } from "./rows-with-columns.ts";
import type { FeatureSelection } from "./feature-definition.ts";

/** A view, and the features that are asked of it. */
export interface AskedView {
  readonly view: ViewSpec;
  readonly names: readonly string[];
}

/** Each view once, with all that is asked of it. */
export function askedViews(selections: readonly FeatureSelection[]): readonly AskedView[] {
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

/** A column of the rows that are given. */
export interface GivenColumn {
  readonly name: string;
  /** What it is for: `the timestamp`. */
  readonly use: string;
  /** What the rows are called: `labels`, `keys`. */
  readonly what: string;
}

export function givenColumn(rows: readonly object[], { name, use, what }: GivenColumn): readonly unknown[] {
  const [first] = rows;
  if (first !== undefined && !Object.hasOwn(first, name)) {
    const near = nearest(name, Object.keys(first));
    const has = `they have: ${Object.keys(first).join(", ")}`;
    throw featureProblem(
      `the ${what} have no column ${name}, which is ${use}`,
      near === null ? has : `did you mean ${near}?`,
    );
  }
  return rows.map((row) => (row as Record<string, unknown>)[name]);
}

/** Features by view. */
export interface FoundFeatures {
  readonly view: ViewSpec;
  readonly values: ReadonlyMap<string, readonly unknown[]>;
}

/** The rows that were given, with the features behind their columns. */
export function withFeatures(rows: readonly object[], found: readonly FoundFeatures[], what: string): object[] {
  const taken = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) taken.add(name);
  const columns = new Map<string, readonly unknown[]>();
  for (const { view, values } of found)
    for (const [name, column] of values) columns.set(nameIn(name, { view, found, taken, what }), column);
  return rowsWithColumns(rows, columns);
}

interface NameIn {
  readonly view: ViewSpec;
  readonly found: readonly FoundFeatures[];
  readonly taken: ReadonlySet<string>;
  readonly what: string;
}

function nameIn(name: string, { view, found, taken, what }: NameIn): string {
  const isTaken = taken.has(name) || found.some((other) => other.view !== view && other.values.has(name));
  if (!isTaken) return name;
  const whole = `${view.name}.${name}`;
  if (taken.has(whole)) throw featureProblem(`the ${what} have the columns ${name} and ${whole}`, "rename one of them");
  return whole;
}
