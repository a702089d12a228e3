import { inspect } from "node:util";
import { type ListedView, listedViews } from "../../runtime/catalog/features/online/listed-views.ts";
import { visibleLine } from "../base/visible.ts";
import { refuseUnknown, storeOf } from "../client/client-options.ts";
import { DISPLAY } from "../client/mime-bundle.ts";
import type { FeatureViewSummary } from "./feature-view-summary.ts";
import type { OnlineOptions } from "./online-rows.ts";

/** A notebook shows them as a table. */
export function listedFeatures(options: OnlineOptions): readonly FeatureViewSummary[] {
  refuseUnknown(options, ["datastore"]);
  const all = listedViews(storeOf(options)).map((view) =>
    "snapshot" in view ? summaryOf(view) : { ...UNREAD, ...view },
  );
  const show = async () => (await import("./listed-page.ts")).listedPage(all);
  return Object.defineProperty(all, DISPLAY, { value: show });
}

const UNREAD = {
  ...{ version: null, entity: null, features: [], keys: null, until: null },
  ...{ owner: null, description: null, tags: [] },
};

function summaryOf({ name, version, snapshot }: ListedView): FeatureViewSummary {
  const { keys, until, owner, description, tags } = snapshot;
  const { entity, features } = version.definition;
  const summary = {
    ...{ name, version: version.number, entity: entity.name, features: Object.keys(features) },
    ...{ keys, until: new Date(until), owner, description, tags },
  };
  const line = `FeatureView ${name}  version ${version.number}  ${entity.name}  ${summary.features.join(", ")}`;
  return Object.defineProperty(summary, inspect.custom, { value: () => visibleLine(line) });
}
