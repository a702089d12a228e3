import { readMetrics } from "../../../datastore/reader/read-metrics.ts";
import type { MetricsAnswer } from "../../api/shapes.ts";
import { type ApiRoute, json } from "../api-route.ts";
import { shownSeries } from "../shown-series.ts";
import { sourcesAsked } from "../task-asked.ts";

export const taskMetricsRoute: ApiRoute = {
  method: "GET",
  path: "/api/runs/:flow/:run/:step/:task/metrics",
  answer(asked) {
    const [latest] = sourcesAsked(asked).sources;
    const found = latest === undefined ? [] : [...readMetrics(asked.served.store.storage, latest)];
    const value: MetricsAnswer = { series: found.map(([name, series]) => shownSeries(name, series)) };
    return json(value);
  },
};
