import type { RunEvent } from "../../datastore/events.ts";
import type { TakenTransition } from "../../datastore/records.ts";
import type { FlowGraph } from "../../graph/graph.ts";

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
  readonly #running = new Map<number, string>();
  readonly #waiting = new Set<number>();

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

  stepOf(task: number): string {
    return this.#running.get(task) ?? "";
  }

  /** Takes an event in; returns the step it is about. */
  apply(event: RunEvent): StepCount | null {
    switch (event.type) {
      case "task-started":
        return this.#started(event);
      case "task-reused": {
        const count = this.of(event.step);
        if (event.source.kind === "join") count.total += 1;
        if (count.firstStart === 0) count.firstStart = event.time;
        count.reused += 1;
        count.done += 1;
        count.lastEnd = event.time;
        this.#expect(event.next);
        return count;
      }
      case "task-succeeded": {
        const count = this.#ended(event);
        count.done += 1;
        this.#expect(event.next);
        return count;
      }
      case "task-failed": {
        const count = this.#ended(event, event.retryAt !== null);
        if (event.isCancelled) count.stopped += 1;
        else if (event.retryAt === null) count.failed += 1;
        else count.retrying += 1;
        return count;
      }
      default:
        return null;
    }
  }

  #started(event: Extract<RunEvent, { type: "task-started" }>): StepCount {
    const count = this.of(event.step);
    if (event.source.kind === "join") count.total += 1;
    if (this.#waiting.delete(event.task)) count.retrying -= 1;
    this.#running.set(event.task, event.step);
    count.running += 1;
    if (count.firstStart === 0) count.firstStart = event.time;
    return count;
  }

  #ended(event: { task: number; time: number }, isWaiting = false): StepCount {
    const count = this.of(this.stepOf(event.task));
    count.running -= 1;
    count.lastEnd = event.time;
    if (isWaiting) this.#waiting.add(event.task);
    else this.#running.delete(event.task);
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
