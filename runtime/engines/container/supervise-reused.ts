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

  constructor(of: ReusedTasks, reuse: JobReuse) {
    const { store, document, index } = of;
    this.#of = of;
    this.#reuse = reuse;
    this.#over = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    const job = { group: document.group, index };
    this.#told = store.storage.append(toldKey(job));
    const key = tasksKey(job);
    this.#tail = new FollowedLines({ storage: store.storage, key }, (line) => {
      const spec = parseTaskLine(line, key);
      if (spec !== null) this.#take(spec);
    });
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
      return await this.#over;
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
    const { storage } = this.#of.store;
    // Whoever hears of the end reads its log to the end.
    if (hasOutput && storage.isRemote) storage.flush();
    const now = Date.now();
    const ms = Math.max(now - (this.#beganAt.get(task) ?? now), 0);
    this.#beganAt.delete(task);
    this.#tell({ type: "ended", task, attempt, outcome, hasOutput, ms });
    if (this.#open.size === 0 && (this.#isClosed || this.#taken === this.#reuse.maxTasks)) return this.#close();
    if (this.#open.size > 0) return;
    this.#tail.hurry();
    this.#idleTimer = setTimeout(() => this.#close(), this.#reuse.idleMs);
  }

  /** The task in hand is told why; those behind it never began, and another job takes them. */
  #stop(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const reason = this.#of.stopReason();
    const inHand = [...this.#open.values()].filter(({ task }) => this.#beganAt.has(task));
    for (const { task } of [...this.#open.values()]) if (!this.#beganAt.has(task)) this.#open.delete(task);
    // Without a word from the launcher it is not the task's fault: how the job ended says what became of it.
    if (reason === null) for (const { task } of inHand) this.#open.delete(task);
    // It was meant for one before it, which is over: this one is begun anew elsewhere, and has not failed.
    const isOthers = reason?.task !== undefined && !inHand.some(({ task }) => task === reason.task);
    if (isOthers) for (const spec of inHand) this.#ended(spec, { outcome: INTERRUPTED, hasOutput: true });
    for (const { task } of inHand) this.#supervisor?.stop(task, reason ?? UNASKED);
    if (reason === null) this.#settle.resolve(CONTAINER_EXIT.stopped);
    else if (inHand.length === 0) this.#close();
  }

  /** Nothing begins after this. */
  #close(): void {
    this.#isClosed = true;
    this.#tell({ type: "closed" });
    this.#settle.resolve(0);
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
