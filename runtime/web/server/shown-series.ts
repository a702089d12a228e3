import type { MetricSeries } from "../../datastore/metric-columns.ts";
import type { MetricsAnswer } from "../api/shapes.ts";

/** More points than a screen has are left out evenly. */
const MAX_POINTS = 4000;

export function shownSeries(
  name: string,
  { steps, values, times }: MetricSeries,
  maxPoints = MAX_POINTS,
): MetricsAnswer["series"][number] {
  const places = chosen(steps.length, maxPoints);
  const finite = (value: number | undefined) => (value !== undefined && Number.isFinite(value) ? value : null);
  return {
    name,
    steps: places.map((at) => steps[at] ?? 0),
    values: places.map((at) => finite(values[at])),
    times: places.map((at) => times[at] ?? 0),
  };
}

/** The first, the last, and those in between at even distances. */
function chosen(count: number, max: number): number[] {
  if (count <= max) return Array.from({ length: count }, (_, at) => at);
  return Array.from({ length: max }, (_, at) => Math.round((at * (count - 1)) / (max - 1)));
}
