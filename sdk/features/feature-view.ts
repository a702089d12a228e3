import type { FeatureSpec, ViewSpec } from "../../runtime/catalog/features/view-spec.ts";
import { nearest } from "../base/nearest.ts";
import { refuseUnknown } from "../client/client-options.ts";
import { DISPLAY } from "../client/mime-bundle.ts";
import { isDeviceName } from "../../runtime/datastore/files/safe-name.ts";
import type { Duration } from "../decorators/step-decorator.ts";
import { checkName, featureProblem, windowMs } from "./feature-problem.ts";
import type { Entity } from "./entity.ts";
import type { FeatureDefinitions, FeatureSelection, FeatureView } from "./feature-definition.ts";
import type { FeatureSource } from "./sources.ts";

/** What {@link featureView} takes. */
export interface FeatureViewOptions<Features extends FeatureDefinitions> {
  /** What the features are about; the source has its keys as columns. */
  readonly entity: Entity;
  /** Where the rows come from. */
  readonly source: FeatureSource;
  /** The features, by name. */
  readonly features: Features;
  /**
   * How long the value of a row holds, from when it happened: for `last` and `first`. Windows say for themselves what counts.
   * @defaultValue for ever
   */
  readonly ttl?: Duration | undefined;
  /** Who answers for it. */
  readonly owner?: string | undefined;
  /** What it is, for those who look for features. */
  readonly description?: string | undefined;
  /** Words to find it by. */
  readonly tags?: readonly string[] | undefined;
}

/**
 * Declares features that come from one source.
 *
 * @param name - a letter or `_`, then letters, digits and `_`
 *
 * @example
 * ```ts
 * import { compute, count, entity, featureView, parquet, sum } from "millrace/features";
 *
 * const customer = entity("customer", { keys: { customerId: "string" } });
 * export const spending = featureView("spending", {
 *   entity: customer,
 *   source: parquet("data/orders/*.parquet", { event: "orderedAt", created: "loadedAt" }),
 *   features: {
 *     spend7d: sum("amount", { window: "7d" }),
 *     orders30d: count({ window: "30d" }),
 *     ratio: compute(["spend7d", "orders30d"], (spend, orders) => spend / Math.max(orders, 1)),
 *   },
 * });
 * ```
 */
export function featureView<const Name extends string, const Features extends FeatureDefinitions>(
  name: Name,
  options: FeatureViewOptions<Features>,
): FeatureView<Name, Features> {
  checkName("feature view", name);
  if (isDeviceName(name))
    throw featureProblem(`${name} cannot be the name of a feature view`, "Windows keeps it for a device");
  refuseUnknown(options, ["entity", "source", "features", "ttl", "owner", "description", "tags"]);
  if (options.entity?.spec === undefined) throw featureProblem(`${name} needs an entity`, "entity(…) makes one");
  if (options.source?.spec === undefined)
    throw featureProblem(`${name} needs a source`, "parquet(…), csv(…), jsonl(…)");
  const { owner = null, description = null, tags = [] } = options;
  for (const [what, text] of Object.entries({ owner, description }))
    if (text !== null && typeof text !== "string") throw featureProblem(`the ${what} of ${name} is not a text`);
  if (!isListOfTexts(tags)) throw featureProblem(`the tags of ${name} are not a list of texts`, 'tags: ["money"]');
  const definition: ViewSpec = {
    name,
    entity: options.entity.spec,
    source: options.source.spec,
    features: ordered(name, options.features ?? {}),
    ttlMs: windowMs(`the ttl of ${name}`, options.ttl),
    ...{ owner, description, tags: [...tags] },
  };
  const selection = (names: readonly string[]): FeatureSelection => Object.freeze({ view: name, names, definition });
  const names = Object.keys(options.features);
  const view = {
    ...Object.fromEntries(names.map((feature) => [feature, selection([feature])])),
    all: selection(names),
  };
  // A feature may have any name: what notebooks ask for is a symbol.
  Object.defineProperty(view, DISPLAY, {
    value: async () => (await import("./view-page.ts")).viewPage(definition),
  });
  return Object.freeze(view) as unknown as FeatureView<Name, Features>;
}

function isListOfTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

/** Those that are computed from others behind them. */
function ordered(view: string, features: FeatureDefinitions): ReadonlyMap<string, FeatureSpec> {
  const names = Object.keys(features);
  if (names.length === 0) throw featureProblem(`${view} has no feature`);
  for (const name of names) {
    checkName(`feature of ${view}`, name);
    if (name === "all") throw featureProblem(`a feature of ${view} cannot be called all, which stands for all of them`);
    if (features[name]?.spec === undefined)
      throw featureProblem(`${view}.${name} is not a feature`, "sum(…), count(…), compute(…)");
  }
  const found = new Map<string, FeatureSpec>();
  const open = new Set<string>();
  const take = (name: string, by: string) => {
    if (found.has(name)) return;
    const spec = features[name]?.spec;
    if (spec === undefined) {
      const near = nearest(name, names);
      throw featureProblem(
        `${view}.${by} is computed from ${name}, which is not a feature of ${view}`,
        near === null ? `it has: ${names.join(", ")}` : `did you mean ${near}?`,
      );
    }
    if (open.has(name)) throw featureProblem(`${view}.${name} is computed from itself: ${[...open, name].join(" → ")}`);
    open.add(name);
    if (spec.kind === "compute") for (const of of spec.of) take(of, name);
    open.delete(name);
    found.set(name, spec);
  };
  for (const name of names) take(name, name);
  return found;
}
