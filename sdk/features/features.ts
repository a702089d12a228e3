import { MATERIALIZE_FLOW_KEY } from "../../runtime/catalog/features/materialize-flow-key.ts";
import type { Entity, EntityKeys, KeyOf } from "./entity.ts";
import type { FeatureSelection, WithFeatures } from "./feature-definition.ts";
import { historicalRows, type HistoricalOptions } from "./historical-rows.ts";
import type { FeatureViewSummary } from "./feature-view-summary.ts";
import { listedFeatures } from "./listed-features.ts";
import { materializeFlowOf } from "./materialize-flow-of.ts";
import { type MaterializeOptions, materializeSelected } from "./materialize-selected.ts";
import type { Materialized } from "./materialized.ts";
import { onlineRows, type OnlineOptions } from "./online-rows.ts";
import { shownRows } from "./shown-rows.ts";

/** What {@link features} offers. */
export interface Features {
  /**
   * For each label the features as they were known at its instant: a row counts when it had happened and was known by then, so
   * that nothing of the future is in a training set.
   *
   * @param labels - with the keys of the entities and a column that says when
   * @param selections - `[spending.all, visits.visits7d]`
   * @returns an object for each label, in the order of the labels: its columns, then the features. A feature is called
   * `view.feature` where a column or a feature of another view has its name. A notebook shows the first of them as a table
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

  /**
   * The features of keys as they were known at the instant of the snapshot, which `features.materialize`, or the command
   * `millrace features materialize`, wrote into the datastore: what `historical` gives for that instant. Sources are not
   * read.
   *
   * @param entity - what the features are about
   * @param keys - objects with the entity's keys
   * @returns an object for each key, in the order of the keys: its columns, then the features. A key that no row has gets
   * the same values as from `historical`. A notebook shows the first of them as a table
   * @throws MillraceError `MILLRACE_FEATURE` where there is no snapshot, or one of another definition; `MILLRACE_DAMAGED_BLOB`
   * for a damaged one
   *
   * @example
   * ```ts
   * import { features } from "millrace/features";
   * import { customer, spending } from "./features.ts";
   *
   * const [now] = await features.online(customer, [{ customerId: "c7" }], [spending.spend7d]);
   * console.log(now?.spend7d);
   * ```
   */
  online<const Keys extends EntityKeys, Key extends KeyOf<Keys>, const Selections extends readonly FeatureSelection[]>(
    entity: Entity<Keys>,
    keys: readonly Key[],
    selections: Selections,
    options?: OnlineOptions,
  ): Promise<WithFeatures<Key, Selections>[]>;
  /**
   * Makes the snapshots that `online` answers from. What was read of unchanged files is not read again, and what was computed
   * of the same data for the same instant is not computed again. Called in a step, it runs wherever the step does.
   *
   * @param selections - `[spending.all]`: whole views, whichever of their features are named
   * @throws MillraceError `MILLRACE_FEATURE` for a source that cannot be used
   *
   * @example
   * ```ts
   * import { features } from "millrace/features";
   * import { spending } from "./features.ts";
   *
   * const [snapshot] = await features.materialize([spending.all], { until: "2026-03-01" });
   * console.log(snapshot?.version, snapshot?.keys);
   * ```
   */
  materialize(selections: readonly FeatureSelection[], options?: MaterializeOptions): Promise<Materialized[]>;
  /**
   * Every feature view that was materialized, by name. A notebook shows them as a table, and a view that a cell ends with as
   * its features, statistics and users.
   *
   * @example
   * ```ts
   * import { features } from "millrace/features";
   *
   * for (const { name, owner, features: names } of await features.list()) console.log(name, owner, names.join(", "));
   * ```
   */
  list(options?: OnlineOptions): Promise<readonly FeatureViewSummary[]>;
}

/** Asks for the values of features. */
export const features: Features = {
  historical: (async (labels, selections, options) =>
    shownRows(await historicalRows(labels, selections, options))) as Features["historical"],
  online: (async (...given: OnlineArguments) => {
    const [entity, keys, selections, options = {}] = given;
    return shownRows(await onlineRows(entity, { keys, selections }, options));
  }) as unknown as Features["online"],
  materialize: materializeSelected,
  list: async (options = {}) => Promise.resolve(listedFeatures(options)),
};

Object.defineProperty(features, Symbol.for(MATERIALIZE_FLOW_KEY), { value: materializeFlowOf });

type OnlineArguments = readonly [
  entity: Entity,
  keys: readonly object[],
  selections: readonly FeatureSelection[],
  options?: OnlineOptions,
];
