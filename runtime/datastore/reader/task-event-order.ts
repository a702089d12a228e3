import { appendAll } from "../../../sdk/base/append-all.ts";
import type { TaskEventRecord } from "../kinds/task-event.ts";
import type { RunEvent, TaskFailed, TaskSource, TaskStarted } from "../run-event.ts";

/** What is known of a task whose events were given. */
interface GivenTask {
  /** The latest attempt, while it has no end. */
  open: TaskStarted | null;
  /** Attempts that have begun. */
  readonly begun: Set<number>;
  isDone: boolean;
}

/**
 * Brings what tasks recorded themselves into an order in which a scheduler would have written it: what follows from an end
 * comes after it, whatever the clocks of their machines say, and of an attempt that ended without a word the next one tells.
 */
export class TaskEventOrder {
  #fresh: TaskEventRecord[] = [];
  readonly #given = new Map<number, GivenTask>();
  /** What waits for the end of a task, by that. */
  readonly #waiting = new Map<number, TaskEventRecord[]>();

  add(record: TaskEventRecord): void {
    this.#fresh.push(record);
  }

  /** What can be told of all that was added since. */
  take(): RunEvent[] {
    const records = this.#fresh.sort((one, other) => timeOf(one) - timeOf(other) || rankOf(one) - rankOf(other));
    this.#fresh = [];
    const events: RunEvent[] = [];
    for (const record of records) this.#tell(record, events);
    return events;
  }

  /** Attempts that have begun and not ended, as far as it is known. */
  open(): TaskStarted[] {
    return [...this.#given.values()].flatMap(({ open }) => open ?? []);
  }

  #tell(first: TaskEventRecord, events: RunEvent[]): void {
    // Not by recursion: a chain of thousands may have come out of order.
    const pending = [first];
    for (let record = pending.pop(); record !== undefined; record = pending.pop()) {
      const after = this.#given.has(record.start.task) ? null : taskBefore(record.start.source);
      if (after !== null && this.#given.get(after)?.isDone !== true) {
        const waiting = this.#waiting.get(after);
        if (waiting === undefined) this.#waiting.set(after, [record]);
        else waiting.push(record);
        continue;
      }
      this.#tellNow(record, events);
      const { task } = record.start;
      if (record.end?.type !== "task-succeeded") continue;
      appendAll(pending, (this.#waiting.get(task) ?? []).reverse());
      this.#waiting.delete(task);
    }
  }

  #tellNow({ start, end }: TaskEventRecord, events: RunEvent[]): void {
    const task = this.#taskOf(start.task);
    // What an attempt says behind another one's commit is of no effect.
    if (task.isDone) return;
    if (end === undefined) {
      if (!task.begun.has(start.attempt)) this.#begin(task, { start, events });
      return;
    }
    if (end.type === "task-failed") {
      if (!task.begun.has(start.attempt)) this.#begin(task, { start, events });
      if (task.open?.attempt !== start.attempt) return;
      task.open = null;
      events.push(end);
      return;
    }
    if (task.open?.attempt !== start.attempt) this.#begin(task, { start, events, at: end.time });
    task.open = null;
    task.isDone = true;
    events.push(end);
  }

  #begin(
    task: GivenTask,
    { start, events, at = start.time }: { start: TaskStarted; events: RunEvent[]; at?: number },
  ): void {
    if (task.open !== null) events.push(lost(task.open, at));
    const isFirst = task.begun.size === 0;
    task.begun.add(start.attempt);
    task.open = start;
    events.push(isFirst ? start : { ...start, source: { kind: "retry" } });
  }

  #taskOf(number: number): GivenTask {
    let task = this.#given.get(number);
    if (task === undefined) {
      task = { open: null, begun: new Set(), isDone: false };
      this.#given.set(number, task);
    }
    return task;
  }
}

/** Of an attempt beside or after which another one began. */
function lost({ task, attempt }: TaskStarted, time: number): TaskFailed {
  const message = "its process ended without a word, or another attempt took its place";
  return {
    type: "task-failed",
    time,
    task,
    attempt,
    error: { name: "Error", message },
    retryAt: time,
    isCancelled: false,
  };
}

function timeOf({ start, end }: TaskEventRecord): number {
  return end?.time ?? start.time;
}

/** Of records of the same moment: starts before ends. */
function rankOf({ end }: TaskEventRecord): number {
  return end === undefined ? 0 : 1;
}

/** Whose end comes first; null for a start of the run. */
function taskBefore(source: TaskSource): number | null {
  switch (source.kind) {
    case "next":
      return source.after;
    case "child":
    case "join":
      return source.split;
    default:
      return null;
  }
}
