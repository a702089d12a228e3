import type { TaskSummary } from "./run-summary.ts";

/** Where a task stands among the splits around it, and which tasks led to it. */
interface Place {
  /** The task that made the innermost split around it; null outside of all. */
  readonly split: number | null;
  /** Its place in each split around it, outermost first. */
  readonly position: readonly number[];
}

const OUTSIDE: Place = { split: null, position: [] };

/** Who came before whom among the tasks of a run. */
export class Lineage {
  readonly #places = new Map<number, Place>();
  readonly #parents = new Map<number, readonly number[]>();
  readonly #children = new Map<number, number[]>();
  /** Tasks that reached the join of a split, by the task that split. */
  readonly #arrivals = new Map<number, TaskSummary[]>();

  /** @param tasks - in the order in which they started: a task comes after those that led to it */
  constructor(tasks: readonly TaskSummary[]) {
    for (const task of tasks) this.#place(task);
    for (const task of tasks) this.#arrive(task);
    for (const task of tasks) this.#relate(task);
  }

  /** Tasks that led to this one; those of a join in split order. */
  parents(task: number): readonly number[] {
    return this.#parents.get(task) ?? [];
  }

  /** Tasks that this one led to, as far as they have started; those of a split in its order. */
  children(task: number): readonly number[] {
    const children = this.#children.get(task) ?? [];
    return [...children].sort((a, b) => this.#compare(a, b));
  }

  /** The tasks by their place in the splits around them, then by their start. */
  ordered(tasks: readonly TaskSummary[]): TaskSummary[] {
    return [...tasks].sort((a, b) => this.#compare(a.task, b.task));
  }

  #compare(a: number, b: number): number {
    return comparePositions(this.#at(a).position, this.#at(b).position);
  }

  #at(task: number): Place {
    return this.#places.get(task) ?? OUTSIDE;
  }

  #place({ task, source }: TaskSummary): void {
    this.#places.set(task, this.#placeFrom(source));
  }

  #placeFrom(source: TaskSummary["source"]): Place {
    switch (source.kind) {
      case "start":
      case "retry":
        return OUTSIDE;
      case "next":
        return this.#at(source.after);
      case "join":
        return this.#at(source.split);
      case "child":
        return { split: source.split, position: [...this.#at(source.split).position, source.index] };
    }
  }

  /** A task that goes on to where its split ends has arrived there: only the join starts from it. */
  #arrive(task: TaskSummary): void {
    const { split } = this.#at(task.task);
    if (split === null || task.next === null || !("target" in task.next)) return;
    const arrived = this.#arrivals.get(split);
    if (arrived === undefined) this.#arrivals.set(split, [task]);
    else arrived.push(task);
  }

  #relate({ task, step, source }: TaskSummary): void {
    const parents = this.#parentsFrom(source, step);
    this.#parents.set(task, parents);
    for (const parent of parents) {
      const children = this.#children.get(parent);
      if (children === undefined) this.#children.set(parent, [task]);
      else children.push(task);
    }
  }

  #parentsFrom(source: TaskSummary["source"], step: string): readonly number[] {
    switch (source.kind) {
      case "start":
      case "retry":
        return [];
      case "next":
        return [source.after];
      case "child":
        return [source.split];
      case "join": {
        const arrived = (this.#arrivals.get(source.split) ?? []).filter(
          ({ next }) => next !== null && "target" in next && next.target === step,
        );
        // Of a foreach without items the splitting task itself led to the join.
        return arrived.length === 0 ? [source.split] : this.ordered(arrived).map((one) => one.task);
      }
    }
  }
}

function comparePositions(a: readonly number[], b: readonly number[]): number {
  for (const [level, index] of a.entries()) {
    const other = b[level];
    if (other === undefined) return 1;
    if (index !== other) return index - other;
  }
  return a.length - b.length;
}
