import type { Needs, ResourceSettings } from "./step-settings.ts";

/** What an attempt of a step needs; attempts count from 0. */
export function needsAt(resources: ResourceSettings, attempt: number): Needs {
  const { later = [] } = resources;
  return (attempt === 0 ? undefined : (later[attempt - 1] ?? later.at(-1))) ?? resources;
}

/** What each attempt needs that differs from the one before; at least that of the first. */
export function needsByAttempt(resources: ResourceSettings): readonly [Needs, ...Needs[]] {
  return [resources, ...(resources.later ?? [])];
}
