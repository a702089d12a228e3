import type { ListedView } from "../../../catalog/features/online/listed-views.ts";

/** A view for programs. */
export function viewJson({ name, snapshot, version, versions }: ListedView) {
  const { definition } = version;
  const { owner, description, tags, until, newest, time, username, keys, rows, size, statistics } = snapshot;
  return {
    ...{
      name,
      version: version.number,
      owner,
      description,
      tags,
      entity: definition.entity,
      source: { ...definition.source, title: snapshot.source ?? definition.source.title },
    },
    ttlMs: definition.ttlMs,
    features: Object.entries(definition.features).map(([feature, spec]) => {
      const known = Object.hasOwn(statistics, feature) ? statistics[feature] : undefined;
      if (known === undefined) return { name: feature, type: null, definition: spec, statistics: null };
      const { type, ...numbers } = known;
      return { name: feature, type, definition: spec, statistics: numbers };
    }),
    ...{ until: instantText(until), newest: newest === null ? null : instantText(newest) },
    ...{ materializedAt: instantText(time), username, keys, rows, size },
    versions: versions.map(({ number, hash, time: at, username: by }) => {
      return { version: number, hash, createdAt: instantText(at), username: by };
    }),
  };
}

function instantText(time: number): string {
  return new Date(time).toISOString();
}
