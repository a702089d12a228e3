import type { Datastore } from "../datastore.ts";
import { addLater, type LastValue } from "../last-values.ts";
import { parseLocator, type ResultLocator } from "../records.ts";
import type { AttemptPlace, RunPlace } from "../run-keys.ts";
import { attemptValues } from "./attempt-values.ts";
import { MetricPlaces } from "./metric-places.ts";
import { withTasks } from "./read-run.ts";
import type { RunHeader } from "./run-summary.ts";

/**
 * The value of each metric of a run: what any of its tasks logged last, reused ones included. Of a run that has ended it is
 * in its record; else what its attempts logged so far is gathered.
 */
export function runValues(store: Datastore, header: RunHeader): ReadonlyMap<string, LastValue> {
  const { flow, run, finishedAt, originRun } = header;
  if (finishedAt !== null) return new Map(Object.entries(store.record(flow, run).metrics()?.last ?? {}));
  const places = new MetricPlaces(store.storage);
  const reused = originRun === null ? [] : withTasks(store, header).tasks.filter(({ isReused }) => isReused);
  const earlier = reusedPlaces(places, { flow, results: reused.flatMap(({ result }) => result ?? []) });
  return gatheredValues(store, [...places.all({ flow, run }), ...earlier]);
}

/** The attempts behind reused tasks that logged something in their own run. */
export function reusedPlaces(
  places: MetricPlaces,
  { flow, results }: { flow: string; results: readonly ResultLocator[] },
): (RunPlace & AttemptPlace)[] {
  return results.map((result) => ({ flow, ...parseLocator(result) })).filter((place) => places.has(place));
}

/** What was logged last in any of these attempts. */
export function gatheredValues(
  { storage }: Datastore,
  places: readonly (RunPlace & AttemptPlace)[],
): Map<string, LastValue> {
  const all = new Map<string, LastValue>();
  for (const { last } of attemptValues(storage, places)) addLater(all, last);
  return all;
}
