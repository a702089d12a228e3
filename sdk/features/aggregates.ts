import type { AggregateName } from "../../runtime/catalog/features/view-spec.ts";
import { refuseUnknown } from "../client/client-options.ts";
import type { Duration } from "../decorators/step-decorator.ts";
import { featureProblem, windowMs } from "./feature-problem.ts";
import type { FeatureDefinition, FeatureValue } from "./feature-definition.ts";

/** What every aggregate takes. */
export interface WindowOptions {
  /**
   * Rows of the window `(t − window, t]` count: `"7d"`, `"36h"`, or a number of seconds. A day has 24 hours, whatever the clocks
   * of a place do.
   * @defaultValue all rows; of `last` and `first` those within the view's `ttl`
   */
  readonly window?: Duration | undefined;
}

/** What {@link quantile} takes. */
export interface QuantileOptions extends WindowOptions {
  /** Which one: 0.5 is the median. */
  readonly at: number;
}

/**
 * The sum of a column, rounded once, so that it depends on the rows alone and not on their order; 0 where there are none. Missing
 * values are left out; with a NaN it is NaN.
 */
export function sum(column: string, options: WindowOptions = {}): FeatureDefinition<number> {
  return aggregate("sum", column, options);
}

/** How many rows there are. */
export function count(options: WindowOptions = {}): FeatureDefinition<number> {
  return aggregate("count", null, options);
}

/** The mean of a column's values; null where there are none. */
export function mean(column: string, options: WindowOptions = {}): FeatureDefinition<number | null> {
  return aggregate("mean", column, options);
}

/** The smallest number of a column; null where there are none. */
export function min(column: string, options: WindowOptions = {}): FeatureDefinition<number | null> {
  return aggregate("min", column, options);
}

/** The largest number of a column; null where there are none. */
export function max(column: string, options: WindowOptions = {}): FeatureDefinition<number | null> {
  return aggregate("max", column, options);
}

/** The value of the row that happened last; of two at one instant, of the one known later. Null where there is none. */
export function last<T = FeatureValue>(column: string, options: WindowOptions = {}): FeatureDefinition<T | null> {
  return aggregate("last", column, options);
}

/** The value of the row that happened first; of two at one instant, of the one known later. Null where there is none. */
export function first<T = FeatureValue>(column: string, options: WindowOptions = {}): FeatureDefinition<T | null> {
  return aggregate("first", column, options);
}

/** How many different values a column has, missing ones excluded. */
export function distinct(column: string, options: WindowOptions = {}): FeatureDefinition<number> {
  return aggregate("distinct", column, options);
}

/** A quantile of a column, linear between the two numbers beside it; null where there are none. */
export function quantile(column: string, options: QuantileOptions): FeatureDefinition<number | null> {
  const { at, ...window } = options;
  if (typeof at !== "number" || !(at >= 0 && at <= 1))
    throw featureProblem(`quantile needs { at } from 0 to 1, not ${String(at)}`);
  return aggregate("quantile", column, { ...window, at });
}

/**
 * Computes a feature from others of the same view, passed in the order in which they are named. The function should depend only
 * on its arguments.
 *
 * @example
 * ```ts
 * compute(["spend7d", "orders30d"], (spend, orders) => spend / Math.max(orders, 1));
 * ```
 */
export function compute<const Names extends readonly string[], T>(
  of: Names,
  // What the others are is known to the view alone.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  using: (...values: { [Place in keyof Names]: any }) => T,
): FeatureDefinition<T> {
  if (!Array.isArray(of) || of.some((name) => typeof name !== "string"))
    throw featureProblem('compute needs the names of features: compute(["spend7d"], (spend) => …)');
  if (typeof using !== "function") throw featureProblem("compute needs a function of the features that it names");
  return { spec: { kind: "compute", of: [...of], with: using } };
}

function aggregate<T>(
  name: AggregateName,
  column: string | null,
  { at = null, ...options }: WindowOptions & { readonly at?: number | null },
): FeatureDefinition<T> {
  if (column !== null && (typeof column !== "string" || column === ""))
    throw featureProblem(`${name} needs the name of a column: ${name}("amount")`);
  refuseUnknown(options, ["window"]);
  const length = windowMs(`the window of ${name}`, options.window);
  return { spec: { kind: "aggregate", name, column, at, windowMs: length } };
}
