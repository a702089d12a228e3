import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import type { MetricsAnswer } from "../../api/shapes.ts";
import { theme } from "../state/theme.ts";

type Series = MetricsAnswer["series"][number];

interface SeriesPlotProps {
  readonly title: string;
  readonly series: readonly Series[];
  /** What stands along the plot. */
  readonly by: string;
  /** A value holds until the next one. @defaultValue false */
  readonly isStepped?: boolean;
}

const HEIGHT = 220;
const MAX_LINES = 40;
/** Told apart in both colour schemes, and by those who see few colours (Okabe and Ito, lightened or darkened). */
const LINES = ["#2f7fd1", "#c46a1b", "#2b9a66", "#b5508f", "#8a6fd1", "#5a93a8", "#a88a1f", "#c9463d"];

/** Lines over steps, one each; the numbers under the pointer stand below. */
export function SeriesPlot({ title, series, by, isStepped = false }: SeriesPlotProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const shown = series.slice(0, MAX_LINES);
  const chosen = theme.value;
  useEffect(() => {
    const { current } = box;
    if (current === null) return undefined;
    const plot = new uPlot(optionsOf({ shown, by, isStepped, box: current }), dataOf(shown), current);
    const observer = new ResizeObserver(() => {
      if (current.clientWidth > 0) plot.setSize({ width: current.clientWidth, height: HEIGHT });
    });
    observer.observe(current);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [series, by, chosen]);
  return (
    <figure class="plot">
      <figcaption>{title}</figcaption>
      <div ref={box} role="img" aria-label={textOf(title, shown)} />
      {series.length > MAX_LINES && (
        <p class="quiet">
          {MAX_LINES} of {series.length} lines are drawn.
        </p>
      )}
    </figure>
  );
}

interface Drawn {
  readonly shown: readonly Series[];
  readonly by: string;
  readonly isStepped: boolean;
  readonly box: HTMLElement;
}

function optionsOf({ shown, by, isStepped, box }: Drawn): uPlot.Options {
  const style = getComputedStyle(box);
  const axis = {
    stroke: style.color,
    grid: { stroke: "rgba(127,127,127,0.22)", width: 1 },
    ticks: { stroke: "rgba(127,127,127,0.3)", width: 1 },
    font: "11px system-ui, sans-serif",
  };
  const stepped = isStepped ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
  const isLong = isStepped || shown.length > 1 || shown.some(({ steps }) => steps.length > 60);
  return {
    width: Math.max(box.clientWidth, 200),
    height: HEIGHT,
    scales: { x: { time: false } },
    legend: { show: shown.length <= 8 },
    axes: [axis, { ...axis, size: 58 }],
    series: [
      { label: by },
      ...shown.map(({ name }, at) => ({
        label: name,
        stroke: LINES[at % LINES.length] ?? "gray",
        width: 1.5,
        ...(stepped === undefined ? {} : { paths: stepped }),
        spanGaps: true,
        points: { show: !isLong || shown.every(({ steps }) => steps.length === 1), size: 5 },
      })),
    ],
  };
}

/** All lines over the steps of any of them. */
function dataOf(series: readonly Series[]): uPlot.AlignedData {
  const steps = [...new Set(series.flatMap((one) => one.steps))].sort((a, b) => a - b);
  const places = new Map(steps.map((step, at) => [step, at]));
  const lines = series.map((one) => {
    const line = new Array<number | null>(steps.length).fill(null);
    for (const [at, step] of one.steps.entries()) line[places.get(step) ?? 0] = one.values[at] ?? null;
    return line;
  });
  return [steps, ...lines];
}

function textOf(title: string, series: readonly Series[]): string {
  const ends = series.slice(0, 8).map(({ name, values }) => `${name}: ${values.at(-1) ?? "no number"} at last`);
  return `${title}. ${ends.join("; ")}`;
}
