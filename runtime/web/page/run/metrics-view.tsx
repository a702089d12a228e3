import type { JSX } from "preact";
import { visibleLine } from "../../../../sdk/base/visible.ts";
import type { MetricsAnswer } from "../../api/shapes.ts";
import { Answered } from "../parts/answered.tsx";
import { SeriesPlot } from "../parts/series-plot.tsx";
import type { RunAddress } from "../source/source.ts";
import { useInterval } from "../state/use-interval.ts";
import { useLoad } from "../state/use-load.ts";
import { useSite } from "../state/use-site.ts";
import type { RunViewProps } from "./run-view-props.ts";

const LOOK_MS = 3000;

/** Each metric as a plot, a line a task. */
export function MetricsView({ name, answer }: RunViewProps): JSX.Element {
  if (answer.metrics.length === 0)
    return (
      <p class="empty">
        No task logged metrics. <code>{"current.log({ loss })"}</code> in a step does.
      </p>
    );
  return (
    <div class="plots">
      {answer.metrics.map((metric) => (
        <RunMetric key={metric} name={name} metric={metric} isLive={answer.status === "running"} />
      ))}
    </div>
  );
}

function RunMetric({ name, metric, isLive }: { name: RunAddress; metric: string; isLive: boolean }): JSX.Element {
  const { source } = useSite();
  const loaded = useLoad([name.flow, name.run, metric].join("/"), () =>
    source.below<MetricsAnswer>(name, ["metrics"], { name: metric }),
  );
  useInterval(isLive && !source.isExport ? LOOK_MS : null, loaded.reload);
  return (
    <Answered loaded={loaded}>
      {({ series }) => <SeriesPlot title={visibleLine(metric)} series={series} by="step" />}
    </Answered>
  );
}
