import { featureText, windowText } from "../../../catalog/features/feature-text.ts";
import { findView, type ListedView } from "../../../catalog/features/online/listed-views.ts";
import { type FeatureUser, featureUsers } from "../../../catalog/models/feature-users.ts";
import type { FeatureUserRow, FeatureViewAnswer, ViewFeatureRow } from "../../api/feature-shapes.ts";
import { type ApiRoute, json } from "../api-route.ts";

export const featureViewRoute: ApiRoute = {
  method: "GET",
  path: "/api/features/:view",
  answer({ served: { store }, params: { view: name = "" } }) {
    const view = findView(store, name);
    const { snapshot, version, versions, damaged } = view;
    const { entity, source, ttlMs } = version.definition;
    const { owner, description, tags, until, newest, keys, rows, size, time: at, username: user } = snapshot;
    const value: FeatureViewAnswer = {
      ...{ name, version: version.number, owner, description, tags },
      ...{ entity: entity.name, keyTypes: Object.entries(entity.keys) },
      source: `${source.kind}  ${snapshot.source ?? source.title}`,
      clocks: source.created === null ? source.event : `${source.event}, known since ${source.created}`,
      ttl: ttlMs === null ? null : windowText(ttlMs),
      snapshot: { until, newest, keys, rows, size, at, user },
      features: featureRows(view),
      versions: versions
        .map(({ number, hash, time, username }) => ({ number, hash, at: time, user: username }))
        .reverse(),
      damaged,
      users: featureUsers(store, name).map(userRow),
    };
    return json(value);
  },
};

function featureRows({ version, snapshot: { statistics } }: ListedView): ViewFeatureRow[] {
  return Object.entries(version.definition.features).map(([name, spec]) => {
    const known = Object.hasOwn(statistics, name) ? statistics[name] : undefined;
    const definition = featureText(spec);
    if (known === undefined) return { name, definition, type: null, statistics: null };
    const { type, values, missing, min, mean, max } = known;
    return { name, definition, type, statistics: { values, missing, min, mean, max } };
  });
}

function userRow({ servers, ...user }: FeatureUser): FeatureUserRow {
  return { ...user, servers: servers.map(({ service, address }) => `${service} ${address}`) };
}
