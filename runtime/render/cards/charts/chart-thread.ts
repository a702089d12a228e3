import { parentPort, workerData } from "node:worker_threads";
import { messageOf } from "../../../../sdk/base/message-of.ts";
import type { AskedChart, DrawnChart } from "./asked-chart.ts";
import { plotChart } from "./plot-chart.ts";
import { vegaLiteChart } from "./vega-lite-chart.ts";

/** By the kind of component. */
const CHARTS: Readonly<Record<AskedChart["kind"], (spec: unknown) => string | Promise<string>>> = {
  plot: plotChart,
  vegaChart: vegaLiteChart,
};

const { kind, spec } = workerData as AskedChart;
const answer: DrawnChart = await Promise.resolve()
  .then(() => CHARTS[kind](spec))
  .then(
    (drawing) => ({ drawing }),
    (error: unknown) => ({ fault: messageOf(error) }),
  );
parentPort?.postMessage(answer);
