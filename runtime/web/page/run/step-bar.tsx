import type { JSX } from "preact";
import type { StepTaskCounts } from "../../api/shapes.ts";

/** How far a step is, as a bar; the numbers stand beside it. */
export function StepBar({ counts }: { counts: StepTaskCounts }): JSX.Element {
  const { total, running, done, failed, cancelled, stale, caught, reused } = counts;
  const parts = [
    { name: "reused", count: reused },
    { name: "done", count: Math.max(done - reused - caught, 0) },
    { name: "caught", count: caught },
    { name: "failed", count: failed + cancelled + stale },
    { name: "running", count: running },
  ];
  const text = total === 0 ? "not reached" : `${done} of ${total} done`;
  return (
    <span class="bar" role="img" aria-label={text} title={text}>
      {parts.map(({ name, count }) =>
        count === 0 ? null : (
          <span key={name} class={`part part-${name}`} style={{ width: `${(100 * count) / total}%` }} />
        ),
      )}
    </span>
  );
}
