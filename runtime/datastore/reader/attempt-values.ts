import { type LastValue, type LastValues, storedNumber } from "../last-values.ts";
import { parseMetricLine } from "../kinds/metrics.ts";
import { type AttemptPlace, metricsKey, type RunPlace } from "../run-keys.ts";
import type { Storage } from "../storage.ts";
import { lastLine } from "./line-tail.ts";
import { MetricsTail } from "./metrics-tail.ts";

/** The line that an attempt ends with is short, unless it has hundreds of metrics. */
const MAX_END_BYTES = 16 * 1024;
/** Attempts that are looked up together where each look is a request. */
const ATTEMPTS_AHEAD = 64;

/** What stands last in what each of these attempts logged; empty for one that logged nothing. */
export function* attemptValues<Place extends RunPlace & AttemptPlace>(
  storage: Storage,
  places: readonly Place[],
): Generator<{ readonly place: Place; readonly last: LastValues }> {
  for (const [at, place] of places.entries()) {
    if (at % ATTEMPTS_AHEAD === 0) {
      const keys = places.slice(at, at + ATTEMPTS_AHEAD).map(metricsKey);
      storage.ahead(keys.map((key) => ({ op: "end", key, count: MAX_END_BYTES })));
    }
    yield { place, last: lastOf(storage, place) };
  }
}

function lastOf(storage: Storage, place: RunPlace & AttemptPlace): LastValues {
  const key = metricsKey(place);
  const line = lastLine(storage, { key, maxBytes: MAX_END_BYTES });
  const last = line === null ? undefined : parseMetricLine(line, key).last;
  // It goes on, or was killed: any line may hold what stands last in some series.
  return last ?? (line === null && !storage.has(key) ? {} : lastOfSeries(storage, place));
}

function lastOfSeries(storage: Storage, place: RunPlace & AttemptPlace): LastValues {
  const series = [...new MetricsTail(storage, place).next()];
  return Object.fromEntries(
    series.map(([name, { steps, values, times }]): [string, LastValue] => {
      const at = steps.length - 1;
      return [name, { step: steps[at] ?? 0, value: storedNumber(values[at] ?? NaN), time: times[at] ?? 0 }];
    }),
  );
}
