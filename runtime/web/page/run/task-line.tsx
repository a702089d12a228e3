import type { JSX } from "preact";
import { visibleLine } from "../../../../sdk/base/visible.ts";
import { taskName } from "../../../text/task-name.ts";
import type { TaskRow } from "../../api/shapes.ts";
import { Link } from "../parts/link.tsx";
import { Duration, Moment } from "../parts/moment.tsx";
import { StatusMark } from "../parts/status-mark.tsx";
import type { RunAddress } from "../source/source.ts";

const HEADS = ["Status", "Task", "Attempts", "Started", "Took", "Error"];

export function TaskLineHead(): JSX.Element {
  return (
    <div class="line task-line head" role="row">
      {HEADS.map((head) => (
        <span key={head} role="columnheader" class={`cell-${head.toLowerCase()}`}>
          {head}
        </span>
      ))}
    </div>
  );
}

interface TaskLineProps {
  readonly name: RunAddress;
  readonly task: TaskRow;
  readonly at: number;
}

/** One task in the list. */
export function TaskLine({ name, task, at }: TaskLineProps): JSX.Element {
  const { status, step, isReused, isCancelled, attempt, startedAt, finishedAt, error } = task;
  const shown = isReused && status === "succeeded" ? "reused" : status;
  return (
    <div class="line task-line" role="row" aria-rowindex={at + 1}>
      <span role="cell" class="cell-status">
        <StatusMark status={isCancelled ? "cancelled" : shown} />
      </span>
      <span role="cell" class="cell-task">
        <Link to={["runs", name.flow, name.run, step, String(task.task)]}>{visibleLine(taskName(task))}</Link>
      </span>
      <span role="cell" class="cell-attempts number">
        {attempt + 1}
      </span>
      <span role="cell" class="cell-started">
        <Moment at={startedAt} />
      </span>
      <span role="cell" class="cell-took">
        {(finishedAt !== null || status === "running") && <Duration from={startedAt} to={finishedAt} />}
      </span>
      <span role="cell" class="cell-error" title={error ?? ""}>
        {error !== null && visibleLine(error)}
      </span>
    </div>
  );
}
