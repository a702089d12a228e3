import type { RunSummary, TaskSummary } from "../../datastore/reader/run-summary.ts";

/** The tasks around one, in the order in which they started. */
export interface Relatives {
  readonly parents: readonly TaskSummary[];
  readonly children: readonly TaskSummary[];
}

/** Tasks that led to one and those that it led to, found in one walk: of a run with 100,000 tasks nothing else is kept. */
export function relativesOf({ tasks }: RunSummary, task: TaskSummary): Relatives {
  const splits = new Map<number, number>();
  const joined = task.source.kind === "join" ? task.source.split : null;
  const parents: TaskSummary[] = [];
  const children: TaskSummary[] = [];
  for (const one of tasks) {
    const split = splitAround(one, splits);
    if (split !== undefined) splits.set(one.task, split);
    if (isNamed(one.task, task)) parents.push(one);
    else if (joined !== null && split === joined && leadsTo(one, task.step)) parents.push(one);
    if (isNamed(task.task, one)) children.push(one);
    else if (isJoinOf(one, splits.get(task.task)) && leadsTo(task, one.step)) children.push(one);
  }
  // Of a foreach without items the splitting task itself led to the join.
  const splitter = joined === null || parents.length > 0 ? [] : tasks.filter((one) => one.task === joined);
  return { parents: [...parents, ...splitter], children: [...children, ...emptyJoins(tasks, task, children)] };
}

/** True if the other one says that it started from this task; the join of a split says only which split. */
function isNamed(task: number, { source }: TaskSummary): boolean {
  return (source.kind === "next" && source.after === task) || (source.kind === "child" && source.split === task);
}

function isJoinOf({ source }: TaskSummary, split: number | undefined): boolean {
  return source.kind === "join" && split !== undefined && source.split === split;
}

function leadsTo({ next }: TaskSummary, step: string): boolean {
  return next !== null && "target" in next && next.target === step;
}

/** A split that has no child led to its join itself. */
function emptyJoins(
  tasks: readonly TaskSummary[],
  { task, next }: TaskSummary,
  children: readonly TaskSummary[],
): readonly TaskSummary[] {
  if (children.length > 0 || next === null || !("size" in next) || next.size > 0) return [];
  return tasks.filter((one) => isJoinOf(one, task));
}

/** The task that made the innermost split around one; a task comes after those that led to it. */
function splitAround({ source }: TaskSummary, splits: ReadonlyMap<number, number>): number | undefined {
  switch (source.kind) {
    case "start":
    case "retry":
      return undefined;
    case "next":
      return splits.get(source.after);
    case "child":
      return source.split;
    case "join":
      return splits.get(source.split);
  }
}
