import { readMetrics } from "../../datastore/reader/read-metrics.ts";
import type { AttemptPlace, RunPlace } from "../../datastore/run-keys.ts";
import type { Storage } from "../../datastore/storage.ts";
import { type Html, markup } from "../html.ts";
import { NOTHING } from "../parts.ts";
import { chartSvg } from "./chart-svg.ts";

const MAX_CHARTS = 12;

/** What the first of these attempts that logged something did log, a chart for each name; null where none did. */
export function metricCharts(storage: Storage, places: readonly (RunPlace & AttemptPlace)[]): Html | null {
  for (const place of places) {
    const series = [...readMetrics(storage, place)];
    if (series.length === 0) continue;
    const charts = series.slice(0, MAX_CHARTS).map(([name, { steps, values }]) => {
      const points = steps.map((step, at) => [step, finite(values[at])] as const);
      return markup`<div>${chartSvg([{ name, points }], { x: "step", title: null })}</div>`;
    });
    const left = series.length - charts.length;
    const more = left > 0 ? markup`<div class="dim">… and ${left} more</div>` : NOTHING;
    return markup`<div class="sides">${charts}</div>${more}`;
  }
  return null;
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
