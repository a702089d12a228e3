import type { TaskBegan, TaskEnded } from "../engines/compute-backend.ts";
import { type FlowGraph, nodeOf } from "../graph/flow-graph.ts";
import type { Clock } from "../task/clock.ts";
import type { StopReason } from "../task/stop-reason.ts";
import type { TaskOutcome } from "../task/task-outcome.ts";
import { TimeLimit } from "../task/time-limit.ts";
import { isConcluding } from "./decide-retry.ts";
import type { RunningTask } from "./run-state.ts";

export interface TimeLimitsOptions {
  readonly graph: FlowGraph;
  readonly clock: Clock;
  /** Ends a task whose time is up. */
  stop(task: number, reason: StopReason): void;
}

/** The limits of the tasks that run, of steps that have one. */
export class TimeLimits {
  readonly #options: TimeLimitsOptions;
  readonly #limits = new Map<number, TimeLimit>();

  constructor(options: TimeLimitsOptions) {
    this.#options = options;
  }

  /** From now on the time of the task counts. */
  begin({ task, step, marginMs = 0 }: TaskBegan, running: RunningTask | undefined): void {
    const { graph, clock, stop } = this.#options;
    const { settings } = nodeOf(graph, step);
    const { attempt = 0, interruptions = 0 } = running ?? {};
    if (settings.timeoutMs === undefined || isConcluding({ attempt, interruptions, settings })) return;
    const limit = new TimeLimit({ ms: settings.timeoutMs, clock });
    this.#limits.set(task, limit);
    limit.begin((reason) => stop(task, reason), marginMs);
  }

  /** What its process returned before it began counts no more. */
  forget(task: number): void {
    this.#limits.get(task)?.end();
    this.#limits.delete(task);
  }

  /** The outcome of a task that ended: its limit knows whether that was too late. */
  judge({ task, outcome }: TaskEnded): TaskOutcome {
    const judged = this.#limits.get(task)?.judge(outcome) ?? outcome;
    this.#limits.delete(task);
    return judged;
  }
}
