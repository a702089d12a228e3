import type { RunRecord } from "../../datastore/run-record.ts";
import { logKey } from "../../datastore/run-keys.ts";
import type { Storage } from "../../datastore/storage.ts";
import type { StopReason } from "../../task/stop-reason.ts";
import type { TaskOutcome } from "../../task/task-outcome.ts";
import type { TaskSpec } from "../../task/task-spec.ts";
import type { BackendEvent } from "../compute-backend.ts";
import type { JobRef, JobState } from "./job-service.ts";
import { LogCopy } from "./log-copy.ts";
import { LogFollower } from "./log-follower.ts";

export interface HandedAttemptOptions {
  readonly storage: Storage;
  /** Of the run that it belongs to now. */
  readonly record: () => RunRecord;
  onEvent(event: BackendEvent): void;
}

/** An attempt that was handed over to a job, and what is told of it. */
export class HandedAttempt {
  readonly spec: TaskSpec;
  /** Null while no job has it. */
  ref: JobRef | null = null;
  /** The same where another run started that job: its output lies with that run. */
  origin: JobRef | null = null;
  stop: StopReason | null = null;
  readonly #options: HandedAttemptOptions;
  #follower: LogFollower | null = null;
  #hasBegun = false;

  constructor(spec: TaskSpec, options: HandedAttemptOptions) {
    this.spec = spec;
    this.#options = options;
  }

  waits({ name, reason }: JobState): void {
    if (!this.#hasBegun) this.#tell({ type: "waits", state: name, reason });
  }

  began(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.follow();
    this.#tell({ type: "began", marginMs: TIME_MARGIN_MS });
  }

  /** It waits again. */
  returned(): void {
    this.#hasBegun = false;
    this.#tell({ type: "returned" });
  }

  ended(outcome: TaskOutcome): void {
    this.#follower?.close();
    this.#tell({ type: "ended", outcome });
  }

  /** Tells its output while it comes. */
  follow(): void {
    if (this.#follower !== null) return;
    const { storage, record } = this.#options;
    const { step } = this.spec;
    const copy = this.origin === null ? null : new LogCopy(record(), this.spec);
    const key = logKey({ ...this.#place(), step });
    this.#follower = new LogFollower(
      { storage, key },
      {
        line: (line) => {
          copy?.add(line);
          const { stream, time, text } = line;
          this.#tell({ type: "logged", stream, time, text });
        },
        progress: (report) => this.#tell({ type: "progressed", ...report }),
      },
    );
  }

  /** Nothing is added to its log any more. */
  async finishLog(): Promise<void> {
    await this.#follower?.finish();
  }

  #place() {
    const { task, attempt } = this.spec;
    const { flow, run } = this.#options.record();
    if (this.origin === null) return { flow, run, task, attempt };
    const { group, index } = this.origin;
    return { ...group.run, ...(group.tasks[index] ?? { task, attempt }) };
  }

  #tell(event: WithoutAttempt<BackendEvent>): void {
    const { task, step, attempt } = this.spec;
    this.#options.onEvent({ ...event, task, step, attempt });
  }
}

type WithoutAttempt<T> = T extends unknown ? Omit<T, "task" | "step" | "attempt"> : never;

/** Containers start, unpack and install before the step's own time begins; they keep it themselves. */
const TIME_MARGIN_MS = 60_000;
