import type { BackendEvent, ComputeBackend, TaskEnded } from "../../engines/backend.ts";
import type { TaskOutcome } from "../../task/outcome.ts";
import type { TaskSpec } from "../../task/task-spec.ts";
import type { RunEvent } from "../../datastore/events.ts";
import type { Clock } from "../../task/clock.ts";
import { TimeLimit } from "../../task/time-limit.ts";
import type { OriginTask } from "./origin-task.ts";

export interface SpinEnd {
  readonly outcome: TaskOutcome;
  readonly durationMs: number;
}

export interface OneTaskOptions {
  readonly backend: ComputeBackend;
  readonly spec: TaskSpec;
  readonly origin: OriginTask;
  readonly timeoutMs: number | undefined;
  /** True if `@catchError` concludes the task when its process dies. */
  readonly isCaught: boolean;
  readonly clock: Clock;
  readonly record: (event: RunEvent) => void;
}

/** Drives a single task on a backend, without retries: what a scheduler does for a run. */
export class OneTask {
  readonly #options: OneTaskOptions;
  #spec: TaskSpec;
  #beganAt: number;
  #limit: TimeLimit | null = null;
  #isStopped = false;
  #settle: { resolve: (end: SpinEnd) => void; reject: (error: unknown) => void } | null = null;

  constructor(options: OneTaskOptions) {
    this.#options = options;
    this.#spec = options.spec;
    this.#beganAt = options.clock.now();
  }

  /** Rejects only if what happens can no longer be recorded. */
  run(): Promise<SpinEnd> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#guarded(() => {
        this.#options.record({ type: "run-started", time: this.#options.clock.now() });
        this.#start(this.#spec);
      });
    });
  }

  deliver(event: BackendEvent): void {
    this.#guarded(() => {
      if (event.type === "began") this.#began();
      else if (event.type === "ended") this.#ended(event);
    });
  }

  /** Asks the task to stop; asked again, kills it. */
  stop(reason: string): void {
    if (this.#isStopped) return void this.#options.backend.close();
    this.#isStopped = true;
    this.#options.backend.stop(this.#spec.task, { name: "AbortError", message: `the spin stops: ${reason}` });
  }

  #start(spec: TaskSpec): void {
    const { origin, record, clock, backend } = this.#options;
    this.#spec = spec;
    this.#limit = this.#limitOf(spec);
    const { task, step, attempt, path } = spec;
    const source = attempt === 0 ? origin.task.source : ({ kind: "retry" } as const);
    record({ type: "task-started", time: clock.now(), task, step, attempt, path, source });
    backend.start(spec);
  }

  /** What only lets `@catchError` conclude runs no code of the step's. */
  #limitOf({ caught }: TaskSpec): TimeLimit {
    const { clock, timeoutMs } = this.#options;
    return new TimeLimit({ ms: caught === null ? timeoutMs : null, clock });
  }

  #began(): void {
    const { clock, backend } = this.#options;
    const { caught, task } = this.#spec;
    if (caught === null) this.#beganAt = clock.now();
    this.#limit?.begin((reason) => backend.stop(task, reason));
  }

  #ended(event: TaskEnded): void {
    const { isCaught, clock, record } = this.#options;
    const outcome = this.#limit?.judge(event.outcome) ?? event.outcome;
    const time = clock.now();
    const { task, attempt } = this.#spec;
    if (outcome.status === "failed") {
      const isConcluded = isCaught && outcome.isCrash && this.#spec.caught === null && !this.#isStopped;
      const { error } = outcome;
      const retryAt = isConcluded ? time : null;
      record({ type: "task-failed", time, task, attempt, error, retryAt, isCancelled: this.#isStopped });
      if (isConcluded) return this.#start({ ...this.#spec, attempt: attempt + 1, caught: error });
    } else {
      const caught = outcome.status === "caught" ? { caught: outcome.error } : {};
      record({ type: "task-succeeded", time, task, attempt, result: outcome.result, next: outcome.next, ...caught });
    }
    const status = outcome.status === "failed" ? "failed" : "succeeded";
    record({ type: "run-finished", time, status, reason: null });
    this.#finish(outcome, time);
  }

  #finish(outcome: TaskOutcome, time: number): void {
    this.#settle?.resolve({ outcome, durationMs: time - this.#beganAt });
    this.#settle = null;
  }

  #guarded(action: () => void): void {
    if (this.#settle === null) return;
    try {
      action();
    } catch (error) {
      this.#settle?.reject(error);
      this.#settle = null;
    }
  }
}
