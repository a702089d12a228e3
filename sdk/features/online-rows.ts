import { refuseUnknown } from "../client/client-options.ts";
import { askedViews, givenColumn, withFeatures } from "./asked-views.ts";
import type { Entity } from "./entity.ts";
import type { FeatureSelection } from "./feature-definition.ts";
import { featureProblem } from "./feature-problem.ts";
import { openedView } from "./opened-view.ts";

/** What `features.online` takes beside keys and features, and `features.list`. */
export interface OnlineOptions {
  /**
   * A folder or `s3://bucket/prefix`.
   * @defaultValue inside a step the datastore of its run; else `MILLRACE_DATASTORE`, else the nearest `.millrace` upward
   */
  readonly datastore?: string | undefined;
}

export async function onlineRows(
  entity: Entity,
  given: { readonly keys: readonly object[]; readonly selections: readonly FeatureSelection[] },
  options: OnlineOptions,
): Promise<object[]> {
  refuseUnknown(options, ["datastore"]);
  const { keys } = given;
  if (!Array.isArray(keys) || keys.some((key) => typeof key !== "object" || key === null))
    throw featureProblem("features.online needs a list of keys", 'for example [{ customerId: "c7" }]');
  if (entity?.spec === undefined) throw featureProblem("features.online needs an entity", "entity(…) makes one");
  const asked = askedViews(given.selections);
  // In a service rows come from clients: what they bring must not be taken for a feature, nor change how others are called.
  for (const { view, names } of asked)
    for (const name of names)
      if (keys.some((key: object) => Object.hasOwn(key, name) && !entity.spec.keys.has(name)))
        throw featureProblem(
          `the keys have a column ${name}, which is a feature of ${view.name}`,
          "leave it out of them",
        );
  const columns = new Map(
    [...entity.spec.keys.keys()].map((name) => [
      name,
      givenColumn(keys, { name, use: `a key of ${entity.name}`, what: "keys" }),
    ]),
  );
  const rows = { length: keys.length, columns, isText: false, where: (row: number) => `key ${row}` };
  for (const { view } of asked) {
    const own = view.entity;
    if (
      own !== entity.spec &&
      JSON.stringify([own.name, ...own.keys]) !== JSON.stringify([entity.name, ...entity.spec.keys])
    )
      throw featureProblem(`the features of ${view.name} are about ${own.name}, not about ${entity.name}`);
  }
  const found = await Promise.all(
    asked.map(async ({ view, names }) => {
      const { values } = await openedView(view.name, options.datastore).answer(view, names, rows);
      return { view, values };
    }),
  );
  return withFeatures(keys, found, "keys");
}
