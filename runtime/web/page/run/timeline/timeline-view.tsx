import type { JSX } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { visibleLine } from "../../../../../sdk/base/visible.ts";
import { useSite } from "../../state/use-site.ts";
import type { RunViewProps } from "../run-view-props.ts";
import { criticalPath } from "./critical-path.ts";
import { TimelineLegend } from "./timeline-legend.tsx";
import { timelineModel } from "./timeline-model.ts";
import { TimelineTip } from "./timeline-tip.tsx";
import { useTimeline } from "./use-timeline.ts";

const NOTHING: ReadonlySet<number> = new Set();

/** A row a task over time. What is in sight of a large run are pixels, not tasks. */
export function TimelineView(props: RunViewProps): JSX.Element {
  const { columns } = props;
  if (columns === null)
    return (
      <p class="quiet" role="status">
        Loading …
      </p>
    );
  if (columns.task.length === 0) return <p class="empty">No task has started yet.</p>;
  return <Timeline {...props} columns={columns} />;
}

type TimelineProps = RunViewProps & { readonly columns: NonNullable<RunViewProps["columns"]> };

function Timeline({ name, answer, columns, version }: TimelineProps): JSX.Element {
  const { addresses, now } = useSite();
  const { query } = addresses.current.value;
  const step = query.get("step") ?? "";
  const isFolding = query.get("fold") !== "no";
  const hasPath = query.get("critical") === "yes";
  const time = answer.status === "running" ? now.value : 0;
  const model = useMemo(
    () => timelineModel(columns, { step: step === "" ? -1 : columns.steps.indexOf(step), isFolding, now: time }),
    [columns, version, step, isFolding, time],
  );
  const critical = useMemo(() => (hasPath ? criticalPath(columns) : NOTHING), [columns, hasPath]);
  const legend = useRef<HTMLUListElement>(null);
  const timeline = useTimeline({ name, model, critical, legend });
  const set = (field: string, value: string | null): void =>
    addresses.go(addresses.with({ [field]: value }), { isReplaced: true });
  const { canvas, tip, zoom, reset, isWhole } = timeline;
  return (
    <div class="timeline">
      <div class="tools">
        <button type="button" aria-label="Zoom in" onClick={() => zoom(0.5)}>
          +
        </button>
        <button type="button" aria-label="Zoom out" onClick={() => zoom(2)} disabled={isWhole}>
          −
        </button>
        <button type="button" onClick={reset} disabled={isWhole}>
          All
        </button>
        <label>
          <span>Step</span>
          <select value={step} onChange={({ currentTarget }) => set("step", currentTarget.value)}>
            <option value="">all</option>
            {columns.steps.map((one) => (
              <option key={one} value={one}>
                {visibleLine(one)}
              </option>
            ))}
          </select>
        </label>
        <label>
          <input
            type="checkbox"
            checked={hasPath}
            onChange={({ currentTarget }) => set("critical", currentTarget.checked ? "yes" : null)}
          />
          <span>Critical path</span>
        </label>
        <label>
          <input
            type="checkbox"
            checked={isFolding}
            onChange={({ currentTarget }) => set("fold", currentTarget.checked ? null : "no")}
          />
          <span>Fold idle time</span>
        </label>
      </div>
      <div class="timeline-box" style={{ "--bars": String(Math.min(model.rows.length, 200)) }}>
        <canvas
          ref={canvas}
          tabIndex={0}
          role="application"
          aria-label={`Timeline of ${model.rows.length} tasks`}
          aria-describedby="timeline-keys"
        />
        {tip !== null && <TimelineTip model={model} tip={tip} />}
      </div>
      <TimelineLegend list={legend} reused={model.reused} />
      <p id="timeline-keys" class="quiet">
        Wheel or + and − zoom, dragging or ← → pans, dragging with Shift selects a range, Shift and the wheel zooms into
        rows; ↑ ↓ go from task to task, Enter opens one, 0 shows all.
      </p>
    </div>
  );
}
