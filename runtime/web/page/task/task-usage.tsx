import type { JSX } from "preact";
import type { TaskUsageAnswer } from "../../api/shapes.ts";
import { Answered } from "../parts/answered.tsx";
import { Section } from "../parts/section.tsx";
import { SeriesPlot } from "../parts/series-plot.tsx";
import type { RunAddress } from "../source/source.ts";
import { useLoad } from "../state/use-load.ts";
import { useSite } from "../state/use-site.ts";

interface TaskUsageProps {
  readonly name: RunAddress;
  readonly place: readonly string[];
  /** Null for the latest. */
  readonly attempt: string | null;
}

/** What an attempt used over its time, beside what it asked for; nothing for one that was over in no time. */
export function TaskUsage({ name, place, attempt }: TaskUsageProps): JSX.Element {
  const { source } = useSite();
  const path = [...place, "usage"];
  const loaded = useLoad([name.flow, name.run, ...path, attempt].join("/"), () =>
    source.below<TaskUsageAnswer>(name, path, { attempt }),
  );
  return <Answered loaded={loaded}>{(answer) => (answer.series === null ? <></> : <Plots {...answer} />)}</Answered>;
}

function Plots({ asked, series }: TaskUsageAnswer): JSX.Element {
  const { atMs = [], cores = [], memoryMb = [], gpuPercent, gpuMemoryMb } = series ?? {};
  const steps = atMs.map((ms) => ms / 1000);
  const plot = (title: string, values: readonly (number | null)[], most: number | null = null) => (
    <SeriesPlot
      title={title}
      by="seconds"
      series={[
        { name: "used", steps, values, times: [] },
        ...(most === null ? [] : [{ name: "asked for", steps: ends(steps), values: [most, most], times: [] }]),
      ]}
    />
  );
  return (
    <Section title="Usage">
      <div class="plots">
        {plot("memory, MB", memoryMb, asked.memoryMb)}
        {plot("processors", cores, asked.cpu)}
        {gpuPercent !== undefined && plot("GPUs busy, %", gpuPercent)}
        {gpuMemoryMb !== undefined && plot("memory of GPUs, MB", gpuMemoryMb)}
      </div>
    </Section>
  );
}

function ends(steps: readonly number[]): number[] {
  return steps.length < 2 ? [...steps] : [steps[0] ?? 0, steps.at(-1) ?? 0];
}
