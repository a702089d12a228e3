import { readKey } from "../../runtime/catalog/features/read-key.ts";
import { shownValue } from "../../runtime/catalog/features/shown-value.ts";
import type { AnsweringSnapshot, FeatureLookup } from "../base/metadata.ts";
import { askedViews, givenColumn } from "./asked-views.ts";
import type { FeatureSelection } from "./feature-definition.ts";
import { featureProblem } from "./feature-problem.ts";
import { openedView } from "./opened-view.ts";

/** Looks features up for the rows of a service: each view by its own keys, in the datastore of the process. */
export function featureLookup(selections: readonly FeatureSelection[]): FeatureLookup {
  const asked = askedViews(selections);
  const parts = asked.flatMap(({ view: { entity } }) =>
    [...entity.keys].map(([name, type]) => ({ entity: entity.name, name, type })),
  );
  const keys = [...new Set(parts.map(({ name }) => name))];
  const all = asked.flatMap(({ view, names }) => names.map((name) => ({ view: view.name, name })));
  // Said once and for all, whatever columns a row has.
  const columnOf = ({ view, name }: { view: string; name: string }) =>
    keys.includes(name) || all.some((other) => other.view !== view && other.name === name) ? `${view}.${name}` : name;
  const columns = all.map(columnOf);
  const twice = columns.find((name, at) => columns.indexOf(name) !== at || keys.includes(name));
  if (twice !== undefined) throw featureProblem(`two features are called ${twice}`, "give each its own name");
  return {
    views: asked.map(({ view, names }) => ({ definition: view, names })),
    keys,
    columns,
    keyFault(name, value) {
      const wrong = parts.find((part) => part.name === name && readKey(part.type, value, false) === undefined);
      if (wrong === undefined) return null;
      return `it is a key of ${wrong.entity} and has to be a ${wrong.type}: ${shownValue(value)}`;
    },
    async find(rows) {
      const where = (row: number) => `row ${row}`;
      const values = rows.map((): Record<string, unknown> => ({}));
      const snapshots: Record<string, AnsweringSnapshot> = {};
      for (const { view, names } of asked) {
        const own = [...view.entity.keys.keys()].map(
          (name) => [name, givenColumn(rows, { name, use: `a key of ${view.entity.name}`, what: "rows" })] as const,
        );
        const { values: found, answered } = await openedView(view.name).answer(view, names, {
          ...{ length: rows.length, columns: new Map(own), isText: false, where },
        });
        const named: Record<string, string> = {};
        for (const [name, column] of found) {
          named[name] = columnOf({ view: view.name, name });
          for (const [at, value] of column.entries()) Object.assign(values[at] ?? {}, { [named[name]]: value });
        }
        snapshots[view.name] = { ...answered, columns: named };
      }
      return { values, snapshots };
    },
  };
}
