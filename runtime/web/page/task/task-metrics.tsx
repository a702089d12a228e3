import type { JSX } from "preact";
import { visibleLine } from "../../../../sdk/base/visible.ts";
import type { MetricsAnswer } from "../../api/shapes.ts";
import { Answered } from "../parts/answered.tsx";
import { SeriesPlot } from "../parts/series-plot.tsx";
import type { RunAddress } from "../source/source.ts";
import { useInterval } from "../state/use-interval.ts";
import { useLoad } from "../state/use-load.ts";
import { useSite } from "../state/use-site.ts";

const LOOK_MS = 2000;

interface TaskMetricsProps {
  readonly name: RunAddress;
  readonly place: readonly string[];
  /** Null for the latest. */
  readonly attempt: string | null;
  readonly isLive: boolean;
}

/** What an attempt logged: a plot for each metric. */
export function TaskMetrics({ name, place, attempt, isLive }: TaskMetricsProps): JSX.Element {
  const { source } = useSite();
  const path = [...place, "metrics"];
  const loaded = useLoad([name.flow, name.run, ...path, attempt].join("/"), () =>
    source.below<MetricsAnswer>(name, path, { attempt }),
  );
  useInterval(isLive && !source.isExport ? LOOK_MS : null, loaded.reload);
  return (
    <Answered loaded={loaded}>
      {({ series }) => (
        <div class="plots">
          {series.map((one) => (
            <SeriesPlot key={one.name} title={visibleLine(one.name)} series={[one]} by="step" />
          ))}
        </div>
      )}
    </Answered>
  );
}
