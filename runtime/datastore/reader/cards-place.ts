import type { Datastore } from "../datastore.ts";
import { parseLocator } from "../records.ts";
import { type AttemptPlace, cardsKey, type RunPlace } from "../run-keys.ts";
import { sourcesOf } from "./log-source.ts";
import type { TaskSummary } from "./run-summary.ts";

/**
 * Where the cards of a task are stored: of a reused task in the origin run, of one that was taken from the cache in the run
 * that it repeats. Null where the task has put nothing on them.
 */
export function cardsPlace(
  store: Datastore,
  { flow, run, task, attempt }: { flow: string; run: string; task: TaskSummary; attempt?: number | undefined },
): (RunPlace & AttemptPlace) | null {
  const own = sourcesOf({ flow, run }, { task, attempt });
  const found = own.find((place) => store.storage.has(cardsKey(place)));
  if (found !== undefined || task.result === null) return found ?? null;
  const { repeats } = store.record(flow, run).resultAt(task.result);
  if (repeats === undefined) return null;
  const place = { flow, ...parseLocator(repeats) };
  return store.storage.has(cardsKey(place)) ? place : null;
}
