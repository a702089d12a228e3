import type { FeatureUse } from "../../../sdk/base/feature-use.ts";

/** Each version of a view once, with all features that are named of it, and the first of the tasks. */
export function joinedUses(uses: Iterable<FeatureUse>): FeatureUse[] {
  const joined = new Map<string, FeatureUse>();
  for (const use of uses) {
    const key = `${use.view}/${use.hash}`;
    const known = joined.get(key);
    const isNew = known === undefined || use.features.some((name) => !known.features.includes(name));
    if (!isNew) continue;
    const { version, view, hash, task } = known ?? use;
    joined.set(key, {
      view,
      version,
      hash,
      features: [...new Set([...(known?.features ?? []), ...use.features])],
      task,
    });
  }
  return [...joined.values()];
}
