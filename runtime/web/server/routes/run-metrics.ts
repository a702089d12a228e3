import { sourcesOf } from "../../../datastore/reader/log-source.ts";
import { MetricPlaces } from "../../../datastore/reader/metric-places.ts";
import { readMetrics } from "../../../datastore/reader/read-metrics.ts";
import { taskName } from "../../../text/task-name.ts";
import type { MetricsAnswer } from "../../api/shapes.ts";
import { type ApiRoute, json } from "../api-route.ts";
import { textIn } from "../query.ts";
import { RefusedRequest } from "../refused-request.ts";
import { shownSeries } from "../shown-series.ts";
import { runAsked } from "../task-asked.ts";

/** Lines that a plot can hold; the tasks that started first. */
const MAX_TASKS = 60;
const MAX_POINTS = 1000;

/** One metric of a run, a series a task. */
export const runMetricsRoute: ApiRoute = {
  method: "GET",
  path: "/api/runs/:flow/:run/metrics",
  answer(asked) {
    const { served } = asked;
    const run = runAsked(asked).now();
    const name = textIn(asked.query, "name");
    if (name === null)
      throw new RefusedRequest(400, { headline: "Cannot show a metric because name in the query is missing" });
    const { storage } = served.store;
    const places = new MetricPlaces(storage);
    const series: MetricsAnswer["series"][number][] = [];
    for (const task of run.tasks) {
      const source = sourcesOf(run, { task, attempt: undefined }).find((one) => places.has(one));
      const found = source === undefined ? undefined : readMetrics(storage, source).get(name);
      if (found === undefined) continue;
      const title = taskName({ step: task.step, task: task.task, label: served.labels.of(task.place) });
      series.push(shownSeries(title, found, MAX_POINTS));
      if (series.length === MAX_TASKS) break;
    }
    const value: MetricsAnswer = { series };
    return json(value);
  },
};
