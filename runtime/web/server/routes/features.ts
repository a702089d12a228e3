import { type ListedView, listedViews, saysWords } from "../../../catalog/features/online/listed-views.ts";
import type { FeaturesAnswer, FeatureViewRow } from "../../api/feature-shapes.ts";
import { type ApiRoute, json } from "../api-route.ts";
import { textIn } from "../query.ts";

export const featuresRoute: ApiRoute = {
  method: "GET",
  path: "/api/features",
  answer({ served, query }) {
    const words = (textIn(query, "text") ?? "").split(/\s+/u).filter((word) => word !== "");
    const all = listedViews(served.store);
    const views = all.flatMap((view): FeatureViewRow[] => {
      if ("snapshot" in view) return saysWords(view, words) ? [rowOf(view)] : [];
      return words.every((word) => view.name.toLowerCase().includes(word.toLowerCase()))
        ? [{ ...UNREAD, ...view }]
        : [];
    });
    const value: FeaturesAnswer = { views, count: all.length };
    return json(value);
  },
};

const UNREAD = {
  ...{ version: null, entity: null, features: [], keys: null, until: null },
  ...{ owner: null, description: null, tags: [] },
};

function rowOf({ name, version, snapshot }: ListedView): FeatureViewRow {
  const { keys, until, owner, description, tags } = snapshot;
  const { entity, features } = version.definition;
  return {
    ...{ name, version: version.number, entity: entity.name, features: Object.keys(features) },
    ...{ keys, until, owner, description, tags },
  };
}
