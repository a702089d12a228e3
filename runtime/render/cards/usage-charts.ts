import type { AskedNeeds } from "../../datastore/reader/step-usage.ts";
import type { JobsOverTime } from "../../datastore/reader/jobs-over-time.ts";
import type { UsageSeries } from "../../datastore/usage-series.ts";
import { type Html, markup } from "../html.ts";
import { type ChartLine, chartSvg } from "./chart-svg.ts";

/** What an attempt used over its time, beside what it asked for. */
export function usageCharts(series: UsageSeries, { memoryMb, cpu }: AskedNeeds): Html {
  const { gpuPercent, gpuMemoryMb } = series;
  const chart = (title: string, values: readonly (number | null)[], asked: number | null = null) => {
    const lines = [lineOf(title, series.atMs, values), ...(asked === null ? [] : [askedLine(series.atMs, asked)])];
    return markup`<div>${chartSvg(lines, { x: "seconds", title: null })}</div>`;
  };
  return markup`<div class="sides">${[
    chart("memory, MB", series.memoryMb, memoryMb),
    chart("processors", series.cores, cpu),
    ...(gpuPercent === undefined ? [] : [chart("GPUs busy, %", gpuPercent)]),
    ...(gpuMemoryMb === undefined ? [] : [chart("memory of GPUs, MB", gpuMemoryMb)]),
  ]}</div>`;
}

/** How many tasks ran at once. */
export function jobsChart({ atMs, jobs }: JobsOverTime): Html {
  return chartSvg([lineOf("tasks at once", atMs, jobs)], { x: "seconds", title: null });
}

function lineOf(name: string, atMs: readonly number[], values: readonly (number | null)[]): ChartLine {
  // From nothing on: what is high looks high.
  const first = atMs[0];
  const start = first === undefined || first === 0 ? [] : [[0, 0] as const];
  return { name, points: [...start, ...atMs.map((ms, at) => [ms / 1000, values[at] ?? null] as const)] };
}

function askedLine(atMs: readonly number[], asked: number): ChartLine {
  return {
    name: "asked for",
    points: [
      [0, asked],
      [(atMs.at(-1) ?? 0) / 1000, asked],
    ],
  };
}
