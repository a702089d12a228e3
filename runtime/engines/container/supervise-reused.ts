import process from "node:process";
import { brokenInvariant } from "../../../sdk/base/millrace-error.ts";
import type { Appender } from "../../datastore/storage.ts";
import type { TaskOutcome } from "../../task/task-outcome.ts";
import type { TaskSpec } from "../../task/task-spec.ts";
import type { JobReuse } from "../jobs/job-service.ts";
import { FollowedLines } from "../jobs/reuse/followed-lines.ts";
import { parseTaskLine, tasksKey, toldKey, type ToldLine } from "../jobs/reuse/told-line.ts";
import { CONTAINER_EXIT } from "./container-exit.ts";
import { notBegun } from "./not-begun.ts";
import { UNASKED, type SupervisedTask } from "./supervise-task.ts";
import { openSupervisor, type TaskSupervisor } from "./task-supervisor.ts";

export interface ReusedTasks extends Omit<SupervisedTask, "spec" | "handed"> {
  /** May fail, which is told as the end of the first task. */
  readonly handed: Promise<SupervisedTask["handed"]>;
  /** The job's first one. */
  readonly first: TaskSpec;
  /** Which job of its group this is. */
  readonly index: number;
}

/**
 * Executes the first task of a job and further ones that its launcher hands it, until it has taken as many as it may, or
 * has had nothing to do for a while.
 * @returns the container's exit code
 */
export function superviseReused(of: ReusedTasks): Promise<number> {
  const { reuse } = of.document.group.needs;
  if (reuse === undefined) throw brokenInvariant("a job for one task is to take several");
  return new ReusedJob(of, reuse).run();
}

type OfAttempt = Pick<TaskSpec, "task" | "attempt">;

class ReusedJob {
  readonly #of: ReusedTasks;
  readonly #reuse: JobReuse;
  readonly #told: Appender;
  readonly #tail: FollowedLines;
  readonly #over: Promise<number>;
  /** Those that have not ended, in their order. */
  readonly #open = new Map<number, TaskSpec>();
  /** When tasks began that have not ended. */
  readonly #beganAt = new Map<number, number>();
  #supervisor: TaskSupervisor | null = null;
  #settle!: { resolve: (exitCode: number) => void; reject: (error: unknown) => void };
  #taken = 0;
  #idleTimer: NodeJS.Timeout | null = null;
  #isClosed = false;
  /** Set once it was told to stop. */
  #stopped: { readonly reason: ReturnType<ReusedTasks["stopReason"]> } | null = null;

  constructor(of: ReusedTasks, reuse: JobReuse) {
    const { store, document, index } = of;
    this.#of = of;
    this.#reuse = reuse;
    this.#over = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    const job = { group: document.group, index };
    this.#told = store.storage.append(toldKey(job));
    const key = tasksKey(job);
    this.#tail = new FollowedLines(
      { storage: store.storage, key },
      {
        line: (line) => {
          const spec = parseTaskLine(line, key);
          if (spec !== null) this.#take(spec);
        },
        trouble: (error) => this.#settle.reject(error),
      },
    );
  }

  async run(): Promise<number> {
    const { store, document, first } = this.#of;
    this.#take(first);
    try {
      const handed = await this.#of.handed;
      this.#supervisor = await openSupervisor({
        ...{ store, document, handed, first, isolation: document.setup.isolation ?? "module" },
        on: {
          began: (spec) => this.#began(spec),
          returned: (spec) => this.#returned(spec),
          ended: (spec, outcome, { hasOutput }) => this.#ended(spec, { outcome, hasOutput }),
          trouble: (error) => this.#settle.reject(error),
        },
      });
      process.on("SIGTERM", () => this.#stop());
      process.on("SIGINT", () => this.#stop());
      for (const spec of this.#open.values()) this.#supervisor.start(spec);
      return await this.#over;
    } catch (error) {
      if (this.#beganAt.has(first.task) || !this.#open.has(first.task)) throw error;
      const outcome = notBegun(error);
      // Nothing has begun, and nothing of this job will: those behind it are another job's.
      for (const task of [...this.#open.keys()]) if (task !== first.task) this.#open.delete(task);
      this.#isClosed = true;
      this.#began(first);
      this.#ended(first, { outcome, hasOutput: false });
      // What was in the way may have ended the job's own promise as well.
      return 0;
    } finally {
      this.#tail.close();
      await this.#supervisor?.close();
    }
  }

  #take(spec: TaskSpec): void {
    if (this.#isClosed || this.#taken === this.#reuse.maxTasks) return;
    this.#taken += 1;
    this.#open.set(spec.task, spec);
    if (this.#idleTimer !== null) clearTimeout(this.#idleTimer);
    this.#idleTimer = null;
    // What came before the first one could begin follows it.
    this.#supervisor?.start(spec);
  }

  #began({ task, attempt }: TaskSpec): void {
    this.#beganAt.set(task, Date.now());
    this.#tell({ type: "began", task, attempt });
  }

  #returned({ task, attempt }: TaskSpec): void {
    this.#beganAt.delete(task);
    this.#tell({ type: "returned", task, attempt });
  }

  #ended({ task, attempt }: TaskSpec, { outcome, hasOutput }: { outcome: TaskOutcome; hasOutput: boolean }): void {
    if (!this.#open.delete(task)) return;
    const told = this.#judged(task, outcome);
    if (told !== null) this.#tellEnd({ task, attempt }, { outcome: told, hasOutput });
    if (this.#open.size === 0 && (this.#isClosed || this.#taken === this.#reuse.maxTasks)) return this.#close();
    if (this.#open.size > 0) return;
    this.#tail.hurry();
    this.#idleTimer = setTimeout(() => this.#close(), this.#reuse.idleMs);
  }

  /** What an end means in a job that was told to stop; null where the job's own end says what becomes of the task. */
  #judged(task: number, outcome: TaskOutcome): TaskOutcome | null {
    if (this.#stopped === null) return outcome;
    // It never began, and another job takes it.
    if (!this.#beganAt.has(task)) return null;
    if (outcome.status !== "failed") return outcome;
    const { reason } = this.#stopped;
    // Without a word from the launcher it is not the task's fault.
    if (reason === null) return null;
    // It was meant for one before it, which is over: this one is begun anew elsewhere, and has not failed.
    return reason.task === undefined || reason.task === task ? outcome : INTERRUPTED;
  }

  #tellEnd({ task, attempt }: OfAttempt, { outcome, hasOutput }: { outcome: TaskOutcome; hasOutput: boolean }): void {
    const { storage } = this.#of.store;
    // Whoever hears of the end reads its log to the end.
    if (hasOutput && storage.isRemote) storage.flush();
    const now = Date.now();
    const ms = Math.max(now - (this.#beganAt.get(task) ?? now), 0);
    this.#beganAt.delete(task);
    this.#tell({ type: "ended", task, attempt, outcome, hasOutput, ms });
  }

  /** The task in hand is told why, and has its grace; those behind it are taken back, and another job takes them. */
  #stop(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#idleTimer !== null) clearTimeout(this.#idleTimer);
    const reason = this.#of.stopReason();
    this.#stopped = { reason };
    if (this.#open.size === 0) return this.#close();
    // The last one first: none may begin because the one before it ends.
    for (const task of [...this.#open.keys()].reverse()) this.#supervisor?.stop(task, reason ?? UNASKED);
  }

  /** Nothing begins after this, and nothing is on its way any more. */
  #close(): void {
    this.#isClosed = true;
    this.#tell({ type: "closed" });
    this.#settle.resolve(this.#stopped?.reason === null ? CONTAINER_EXIT.stopped : 0);
  }

  #tell(line: ToldLine): void {
    try {
      this.#told.append(`${JSON.stringify(line)}\n`)?.catch((error: unknown) => this.#settle.reject(error));
    } catch (error) {
      // A job that can tell nothing must not begin anything either.
      this.#settle.reject(error);
    }
  }
}

const INTERRUPTED: TaskOutcome = {
  status: "failed",
  error: {
    name: "JobStopped",
    code: "MILLRACE_JOB_STOPPED",
    message: "its job was ended for the sake of another task",
  },
  isRetryable: true,
  isCrash: true,
  isInterruption: true,
};
