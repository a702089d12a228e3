import type { RunEvent, TaskFailed, TaskReused, TaskSource, TaskStarted, TaskSucceeded } from "../run-event.ts";
import { damagedRecord } from "../parse-record.ts";
import { parseLocator, type RunDocument } from "../records.ts";
import { journalKey } from "../run-keys.ts";
import type { ItemPlace } from "./item-place.ts";
import type { AttemptSummary, RunStatus, TaskSummary } from "./run-summary.ts";
import { TaskChanges } from "./task-changes.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Draft = Omit<Mutable<TaskSummary>, "attempts"> & { attempts: Mutable<AttemptSummary>[] };

/** What a journal says about the tasks, kept up to date event by event. */
export class TaskFold {
  readonly #changes = new TaskChanges();
  readonly #tasks = new Map<number, Draft>();
  readonly #steps: ReadonlySet<string>;
  readonly #key: string;

  constructor({ flow, run, graph }: RunDocument) {
    this.#steps = new Set(graph.steps.map(({ name }) => name));
    this.#key = journalKey({ flow, run });
  }

  apply(event: RunEvent): void {
    const change = this.#changes.apply(event);
    switch (change?.kind) {
      case "started":
        return this.#started(change.start);
      case "reused":
        return this.#reused(change.event);
      case "succeeded":
        return this.#succeeded(change.event);
      case "failed":
        return this.#failed(change.event);
      case undefined:
    }
  }

  /** One of them. */
  task(task: number, status: RunStatus): TaskSummary | undefined {
    const draft = this.#tasks.get(task);
    return draft === undefined || status === "running" ? draft : settled(draft, status);
  }

  /** The tasks so far, as they stand in a run of that status. */
  tasks(status: RunStatus): TaskSummary[] {
    const drafts = [...this.#tasks.values()];
    return status === "running" ? drafts.map((draft) => ({ ...draft })) : drafts.map((draft) => settled(draft, status));
  }

  /** A task that has started, as its events say so far; it changes with further ones. */
  find(task: number): TaskSummary | undefined {
    return this.#tasks.get(task);
  }

  #started(event: TaskStarted): void {
    const { task, step, attempt, source, path, time } = event;
    this.#checkStep(event);
    const running = {
      attempt,
      status: "running",
      startedAt: time,
      finishedAt: null,
      error: null,
      usage: null,
    } as const;
    const known = this.#tasks.get(task);
    if (known !== undefined) {
      Object.assign(known, { attempt, status: "running", finishedAt: null, error: null });
      // Of a run without a scheduler an attempt may have been taken for lost, and be the one that commits.
      const at = known.attempts.findIndex((one) => one.attempt === attempt);
      if (at < 0) known.attempts.push(running);
      else known.attempts[at] = running;
      return;
    }
    this.#tasks.set(task, {
      task,
      step,
      attempt,
      source,
      path,
      index: this.#indexOf(source),
      place: this.#placeOf(source),
      status: "running",
      attempts: [running],
      startedAt: time,
      finishedAt: null,
      error: null,
      isCancelled: false,
      result: null,
      isReused: false,
      next: null,
    });
  }

  #reused(event: TaskReused): void {
    const { task, step, source, path, result, startedAt, finishedAt, next, caught } = event;
    this.#checkStep(event);
    const { attempt } = parseLocator(result);
    this.#tasks.set(task, {
      task,
      step,
      attempt,
      source,
      path,
      index: this.#indexOf(source),
      place: this.#placeOf(source),
      status: caught === undefined ? "succeeded" : "caught",
      attempts: [],
      startedAt,
      finishedAt,
      error: caught ?? null,
      isCancelled: false,
      result,
      isReused: true,
      next,
    });
  }

  #succeeded({ task, attempt, time, result, next, caught, usage }: TaskSucceeded): void {
    const status = caught === undefined ? "succeeded" : "caught";
    const draft = this.#end({ task, attempt, time, status, error: caught ?? null, usage: usage ?? null });
    if (draft === undefined) return;
    draft.next = next;
    draft.result = result;
  }

  #failed({ task, attempt, time, error, retryAt, isCancelled, usage }: TaskFailed): void {
    const draft = this.#end({ task, attempt, time, status: "failed", error, usage: usage ?? null });
    if (draft === undefined) return;
    draft.isCancelled = isCancelled;
    if (retryAt !== null) draft.status = "pending";
  }

  #end(end: Omit<AttemptSummary, "startedAt" | "finishedAt"> & { task: number; time: number }): Draft | undefined {
    const draft = this.#tasks.get(end.task);
    if (draft === undefined) return undefined;
    const { status, error, usage, time } = end;
    draft.status = status;
    draft.error = error;
    draft.finishedAt = time;
    const attempt = draft.attempts.find((one) => one.attempt === end.attempt);
    if (attempt === undefined) return draft;
    attempt.status = status;
    attempt.error = error;
    attempt.usage = usage;
    attempt.finishedAt = time;
    return draft;
  }

  #checkStep({ task, step }: { task: number; step: string }): void {
    if (this.#steps.has(step)) return;
    throw damagedRecord(this.#key, `task ${task} is one of ${JSON.stringify(step)}, which the flow has not`);
  }

  #placeOf(source: TaskSource): ItemPlace | null {
    switch (source.kind) {
      case "start":
      case "retry":
        return null;
      case "next":
        return this.#tasks.get(source.after)?.place ?? null;
      case "join":
        return this.#tasks.get(source.split)?.place ?? null;
      case "child": {
        const split = this.#tasks.get(source.split);
        const outer = split?.place ?? null;
        if (split?.next?.kind !== "foreach") return outer;
        const { size, items } = split.next;
        return { outer, step: split.step, index: source.index, size, items };
      }
    }
  }

  #indexOf(source: TaskSource): number | null {
    switch (source.kind) {
      case "start":
      case "retry":
        return null;
      case "next":
        return this.#tasks.get(source.after)?.index ?? null;
      case "join":
        return this.#tasks.get(source.split)?.index ?? null;
      case "child": {
        const split = this.#tasks.get(source.split);
        return split?.next?.kind === "branch" ? split.index : source.index;
      }
    }
  }
}

/** A task of a run that goes on no more: nothing of it can be under way. */
function settled(draft: Draft, run: RunStatus): TaskSummary {
  if (draft.status === "pending") return { ...draft, status: run === "stale" ? "stale" : "failed" };
  // Nothing follows the end of a run; one that is stale may only sleep.
  if (draft.status !== "running") return run === "stale" ? { ...draft } : draft;
  const attempts = draft.attempts.map((one) => (one.status === "running" ? { ...one, status: "stale" as const } : one));
  return { ...draft, status: "stale", attempts };
}
