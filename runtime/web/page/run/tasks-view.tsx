import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { TaskRow } from "../../api/shapes.ts";
import { STATUSES, type TaskColumns } from "../../api/task-columns.ts";
import { Problem } from "../parts/problem.tsx";
import { VirtualRows } from "../parts/virtual-rows.tsx";
import { TypedField } from "../runs/run-filters.tsx";
import { useNarrow } from "../state/use-narrow.ts";
import { useSite } from "../state/use-site.ts";
import type { RunViewProps } from "./run-view-props.ts";
import { TaskLine, TaskLineHead } from "./task-line.tsx";
import { useTasks } from "./use-tasks.ts";

const ROW_HEIGHT = 34;
const NARROW_ROW_HEIGHT = 66;
const NEAR_END = 100;
const FILTERS = ["step", "status", "item", "text"];

/** The tasks of a run, found by step, status, item of their foreach, and text. */
export function TasksView({ name, answer, columns, version }: RunViewProps): JSX.Element {
  const { addresses } = useSite();
  const { query } = addresses.current.value;
  const isNarrow = useNarrow();
  const asked = Object.fromEntries(FILTERS.map((filter) => [filter, query.get(filter)]));
  const tasks = useTasks(name, asked, version);
  const rows = useLive(tasks.rows, columns);
  const set = (field: string, value: string): void =>
    addresses.go(addresses.with({ [field]: value }), { isReplaced: true });
  return (
    <>
      <form class="filters" role="search" aria-label="Filter tasks" onSubmit={(event) => event.preventDefault()}>
        <TypedField name="item" label="Item" hint="VIE, or its index" value={query.get("item") ?? ""} onTyped={set} />
        <TypedField name="text" label="Find" hint="task or error" value={query.get("text") ?? ""} onTyped={set} />
        <Choice name="step" label="Step" value={query.get("step") ?? ""} choices={answer.graph.steps} onChosen={set} />
        <Choice name="status" label="Status" value={query.get("status") ?? ""} choices={STATUSES} onChosen={set} />
      </form>
      {tasks.problem !== null && <Problem problem={tasks.problem} />}
      {rows.length === 0 ? (
        <p class="empty">{tasks.isLoaded ? "No task fits." : "Loading …"}</p>
      ) : (
        <>
          <VirtualRows
            count={rows.length}
            rowHeight={isNarrow ? NARROW_ROW_HEIGHT : ROW_HEIGHT}
            label="Tasks"
            class="task-rows"
            header={<TaskLineHead />}
            onSeen={(last) => {
              if (last > rows.length - NEAR_END) tasks.more();
            }}
            row={(at) => {
              const task = rows[at];
              return task === undefined ? null : <TaskLine key={task.task} name={name} task={task} at={at} />;
            }}
          />
          <p class="quiet" role="status">
            {rows.length.toLocaleString("en")} {tasks.next === null ? "tasks" : "tasks so far; scroll for more"}
          </p>
        </>
      )}
    </>
  );
}

/** Rows as the columns have them by now. */
function useLive(rows: readonly TaskRow[], columns: TaskColumns | null): readonly TaskRow[] {
  const byTask = useMemo(
    () => (columns === null ? null : new Map(Array.from(columns.task, (task, row) => [task, row]))),
    [columns],
  );
  return useMemo(() => {
    if (columns === null || byTask === null) return rows;
    return rows.map((row) => {
      const at = byTask.get(row.task);
      const status = at === undefined ? undefined : STATUSES[columns.status[at] ?? 0];
      if (at === undefined || status === undefined || row.isReused) return row;
      const finishedAt = columns.finishedAt[at] ?? Number.NaN;
      return { ...row, status, finishedAt: Number.isNaN(finishedAt) ? null : finishedAt };
    });
  }, [rows, columns, byTask]);
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly choices: readonly string[];
  readonly onChosen: (name: string, value: string) => void;
}

function Choice({ name, label, value, choices, onChosen }: ChoiceProps): JSX.Element {
  return (
    <label>
      <span>{label}</span>
      <select name={name} value={value} onChange={({ currentTarget }) => onChosen(name, currentTarget.value)}>
        <option value="">all</option>
        {choices.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    </label>
  );
}
