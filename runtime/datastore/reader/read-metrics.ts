import type { MetricSeries } from "../metric-columns.ts";
import { parseLocator } from "../records.ts";
import type { AttemptPlace, RunPlace } from "../run-keys.ts";
import type { Storage } from "../storage.ts";
import { MetricsTail } from "./metrics-tail.ts";

/** All that an attempt logged so far, by name; of one that repeats a result of the cache what that one's task logged. */
export function readMetrics(storage: Storage, of: RunPlace & AttemptPlace): ReadonlyMap<string, MetricSeries> {
  const tail = new MetricsTail(storage, of);
  const series = tail.next();
  if (tail.repeats === null || series.size > 0) return series;
  return new MetricsTail(storage, { flow: of.flow, ...parseLocator(tail.repeats) }).next();
}
