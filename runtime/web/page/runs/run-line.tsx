import type { JSX } from "preact";
import { visibleLine } from "../../../../sdk/base/visible.ts";
import type { RunRow, TaskTotals } from "../../api/shapes.ts";
import { Link } from "../parts/link.tsx";
import { Duration, Moment } from "../parts/moment.tsx";
import { StatusMark } from "../parts/status-mark.tsx";

interface RunLineProps {
  readonly run: RunRow;
  readonly at: number;
  readonly isChosen: boolean;
  readonly onChosen: (isChosen: boolean) => void;
}

const HEADS = ["Status", "Flow", "Run", "Started", "Took", "Tasks", "User", "Tags and parameters"];

export function RunLineHead(): JSX.Element {
  return (
    <div class="line run-line head" role="row">
      <span role="columnheader" class="cell-choose">
        <span class="unseen">Compare</span>
      </span>
      {HEADS.map((head) => (
        <span key={head} role="columnheader" class={`cell-${head.split(" ")[0]?.toLowerCase() ?? ""}`}>
          {head}
        </span>
      ))}
    </div>
  );
}

/** One run in the list. */
export function RunLine({ run, at, isChosen, onChosen }: RunLineProps): JSX.Element {
  const { flow, id, status, startedAt, finishedAt, user, tags, parameters, tasks } = run;
  return (
    <div class="line run-line" role="row" aria-rowindex={at + 1}>
      <span role="cell" class="cell-choose">
        <input
          type="checkbox"
          checked={isChosen}
          aria-label={`Compare ${flow}/${id}`}
          onChange={({ currentTarget }) => onChosen(currentTarget.checked)}
        />
      </span>
      <span role="cell" class="cell-status">
        <StatusMark status={status} />
      </span>
      <span role="cell" class="cell-flow">
        {visibleLine(flow)}
      </span>
      <span role="cell" class="cell-run">
        <Link to={["runs", flow, id]} class="mono">
          {visibleLine(id)}
        </Link>
      </span>
      <span role="cell" class="cell-started">
        <Moment at={startedAt} />
      </span>
      <span role="cell" class="cell-took">
        {finishedAt === null && status !== "running" ? "" : <Duration from={startedAt} to={finishedAt} />}
      </span>
      <span role="cell" class="cell-tasks number">
        {tasks !== null && <Totals tasks={tasks} />}
      </span>
      <span role="cell" class="cell-user">
        {visibleLine(user)}
      </span>
      <span role="cell" class="cell-tags">
        {tags.map((tag) => (
          <span key={tag} class="tag">
            {visibleLine(tag)}
          </span>
        ))}
        {Object.entries(parameters).map(([name, value]) => (
          <span key={name} class="parameter">
            <span class="quiet">{visibleLine(name)}</span> {visibleLine(shown(value))}
          </span>
        ))}
      </span>
    </div>
  );
}

function Totals({ tasks: { succeeded, total, failed } }: { tasks: TaskTotals }): JSX.Element {
  return (
    <>
      {succeeded}/{total}
      {failed > 0 && <span class="bad"> {failed} failed</span>}
    </>
  );
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
