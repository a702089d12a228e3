import type { LastValues } from "../last-values.ts";
import type { Storage } from "../storage.ts";
import { attemptValues } from "./attempt-values.ts";
import { sourcesOf } from "./log-source.ts";
import { MetricPlaces } from "./metric-places.ts";
import type { RunSummary, TaskSummary } from "./run-summary.ts";

/** What stands last in what tasks of a run logged, each in its last attempt; without those that logged nothing. */
export function* taskValues(
  storage: Storage,
  { flow, run, tasks }: Pick<RunSummary, "flow" | "run" | "tasks">,
): Generator<{ readonly task: TaskSummary; readonly last: LastValues }> {
  const places = new MetricPlaces(storage);
  const found = tasks.flatMap((task) => {
    const source = sourcesOf({ flow, run }, { task, attempt: undefined }).find((one) => places.has(one));
    return source === undefined ? [] : [{ of: task, ...source }];
  });
  for (const { place, last } of attemptValues(storage, found)) yield { task: place.of, last };
}
