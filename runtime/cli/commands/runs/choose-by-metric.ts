import type { Datastore } from "../../../datastore/datastore.ts";
import type { RunHeader } from "../../../datastore/reader/run-summary.ts";
import type { RunsFlags } from "./flags.ts";
import { ChosenMetrics } from "./chosen-metrics.ts";
import { sortedRuns, sortOrder } from "./sort-order.ts";

export interface ChosenByMetric {
  readonly runs: readonly RunHeader[];
  readonly metrics: ChosenMetrics;
}

/**
 * The runs that `--metric` and `--sort` show. Only to sort them the metrics of all are read; their tasks are not.
 * @param take - the first of them, as `--limit` says
 */
export function chooseByMetric(
  store: Datastore,
  { metric = [], sort }: Pick<RunsFlags, "metric" | "sort">,
  { headers, take }: { headers: Iterable<RunHeader>; take: (from: Iterable<RunHeader>) => RunHeader[] },
): ChosenByMetric {
  const order = sort === undefined ? null : sortOrder(sort);
  const metrics = new ChosenMetrics(store, [...metric, ...(order === null ? [] : [order.metric])]);
  const runs = order === null ? take(headers) : [...headers];
  metrics.read(runs);
  if (runs.length > 0) metrics.checkNames();
  return { runs: order === null ? runs : take(sortedRuns(runs, order, metrics)), metrics };
}
