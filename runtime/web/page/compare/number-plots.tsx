import type { JSX } from "preact";
import { visibleLine } from "../../../../sdk/base/visible.ts";
import type { RunRow } from "../../api/shapes.ts";

interface NumberPlotsProps {
  readonly runs: readonly RunRow[];
  readonly numbers: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
}

const MAX_PLOTS = 24;

/** A bar a run for each number; the longest is the largest, and those below zero go to the left. */
export function NumberPlots({ runs, numbers }: NumberPlotsProps): JSX.Element | null {
  if (numbers.length === 0) return null;
  return (
    <div class="number-plots">
      {numbers.slice(0, MAX_PLOTS).map(({ name, values }) => (
        <figure key={name} class="plot">
          <figcaption>{visibleLine(name)}</figcaption>
          {values.map((value, at) => (
            <NumberBar key={at} run={runs[at]} value={value} all={values} />
          ))}
        </figure>
      ))}
    </div>
  );
}

interface NumberBarProps {
  readonly run: RunRow | undefined;
  readonly value: number | null;
  readonly all: readonly (number | null)[];
}

function NumberBar({ run, value, all }: NumberBarProps): JSX.Element {
  const known = all.filter((one) => one !== null);
  const least = known.reduce((min, one) => Math.min(min, one), 0);
  const most = known.reduce((max, one) => Math.max(max, one), 0);
  const span = most - least || 1;
  const left = value === null ? 0 : (Math.min(value, 0) - least) / span;
  const width = value === null ? 0 : Math.abs(value) / span;
  return (
    <div class="number-bar">
      <span class="mono quiet">{visibleLine(run?.id.slice(-5) ?? "")}</span>
      <span class="track" aria-hidden="true">
        <span class="part-running" style={{ marginLeft: `${left * 100}%`, width: `${width * 100}%` }} />
      </span>
      <span class="number">{value === null ? "none" : Number(value.toPrecision(5))}</span>
    </div>
  );
}
