import type { RunEvent, TaskReused, TaskStarted, TaskSucceeded } from "../../datastore/run-event.ts";
import { TaskChanges } from "../../datastore/reader/task-changes.ts";
import type { TakenTransition } from "../../datastore/records.ts";
import type { FlowGraph } from "../../graph/flow-graph.ts";

/** How far one step is. */
export interface StepCount {
  readonly step: string;
  /** Tasks known to come, those done included. */
  total: number;
  running: number;
  done: number;
  reused: number;
  failed: number;
  /** Ended because the run stopped. */
  stopped: number;
  retrying: number;
  firstStart: number;
  lastEnd: number;
}

/** Counts a run's tasks by step, event by event. */
export class StepCounts {
  readonly counts = new Map<string, StepCount>();
  readonly #graph: FlowGraph;
  readonly #changes = new TaskChanges();

  constructor(graph: FlowGraph) {
    this.#graph = graph;
    this.of(graph.start).total = 1;
  }

  of(step: string): StepCount {
    const known = this.counts.get(step);
    if (known !== undefined) return known;
    const fresh: StepCount = {
      step,
      total: 0,
      running: 0,
      done: 0,
      reused: 0,
      failed: 0,
      stopped: 0,
      retrying: 0,
      firstStart: 0,
      lastEnd: 0,
    };
    this.counts.set(step, fresh);
    return fresh;
  }

  /** Takes an event in; returns the step it is about. */
  apply(event: RunEvent): StepCount | null {
    const change = this.#changes.apply(event);
    switch (change?.kind) {
      case undefined:
        return null;
      case "started": {
        const count = this.#begun(change.start);
        count.running += 1;
        if (!change.isFirst) count.retrying -= 1;
        return count;
      }
      case "reused": {
        const count = this.#begun(change.event);
        count.reused += 1;
        return this.#done(count, change.event);
      }
      case "succeeded": {
        const count = this.of(change.start.step);
        count.running -= 1;
        return this.#done(count, change.event);
      }
      case "failed": {
        const count = this.of(change.start.step);
        const { time, isCancelled, retryAt } = change.event;
        count.running -= 1;
        count.lastEnd = time;
        if (isCancelled) count.stopped += 1;
        else if (retryAt === null) count.failed += 1;
        else count.retrying += 1;
        return count;
      }
    }
  }

  #begun({ step, source, time }: TaskStarted | TaskReused): StepCount {
    const count = this.of(step);
    if (source.kind === "join") count.total += 1;
    if (count.firstStart === 0) count.firstStart = time;
    return count;
  }

  #done(count: StepCount, { time, next }: TaskSucceeded | TaskReused): StepCount {
    count.done += 1;
    count.lastEnd = time;
    this.#expect(next);
    return count;
  }

  /** A join is counted when it starts: before that nobody knows whether its split will close. */
  #expect(next: TakenTransition): void {
    const add = (step: string, tasks: number) => {
      if (this.#graph.steps.find(({ name }) => name === step)?.isJoin !== true) this.of(step).total += tasks;
    };
    if (next.kind === "branch") for (const target of next.targets) add(target, 1);
    else if (next.kind === "foreach" || next.kind === "gang") add(next.target, next.size);
    else if (next.kind !== "end") add(next.target, 1);
  }
}
