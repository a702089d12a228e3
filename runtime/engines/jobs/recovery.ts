import type { RunRecord } from "../../datastore/run-record.ts";
import type { Storage } from "../../datastore/storage.ts";
import type { TaskSpec } from "../../task/task-spec.ts";
import { groupKey } from "./group-document.ts";
import type { JobEnd, JobRef, JobService } from "./job-service.ts";
import type { LostJob, LostJobs } from "./lost-jobs.ts";

export interface RecoveryOptions {
  readonly service: Pick<JobService, "recover">;
  readonly storage: Storage;
}

/** The run that goes on with what is found. */
export interface RecoveredRun {
  readonly record: RunRecord;
  /** What an earlier scheduler left running, of this run or of one that this one resumes. */
  lost(): LostJobs | null;
}

/** Finds what an earlier scheduler left on a service, and gives it to the tasks that it does the work of. */
export class Recovery {
  readonly #options: RecoveryOptions;
  #run: RecoveredRun | null = null;
  #lost: LostJobs | null = null;
  #done: Promise<void> = Promise.resolve();

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  /** Begins to look. */
  open(run: RecoveredRun): void {
    this.#run = run;
    this.#done = this.#recover(run);
    // Who starts a task waits for it; without one nobody has to know.
    this.#done.catch(() => undefined);
  }

  /** Resolves once all that can be found is found. */
  get done(): Promise<void> {
    return this.#done;
  }

  /** The job that does this task's work already, once. */
  take(spec: TaskSpec): LostJob | null {
    return this.#lost?.take(spec) ?? null;
  }

  /** True for a job that another run started: its output lies with that run. */
  hasStarted(ref: JobRef): boolean {
    return this.#run !== null && this.#lost?.isOf(ref, this.#run.record) === true;
  }

  /** The job that did this attempt's work for an earlier scheduler of this run, where it is there no more. */
  gone(spec: TaskSpec): JobRef | null {
    return this.#lost?.gone(spec) ?? null;
  }

  /** Of a job that no task has taken yet. */
  noteRunning(ref: JobRef): void {
    this.#lost?.noteRunning(ref);
  }

  noteEnd(ref: JobRef, end: JobEnd): void {
    this.#lost?.noteEnd(ref, end);
  }

  async #recover({ record, lost: find }: RecoveredRun): Promise<void> {
    const { storage, service } = this.#options;
    const lost = (this.#lost = find());
    if (lost === null) return;
    // A job that takes several tasks may have begun what its papers do not say: it is ended, and what it committed counts.
    const wanted = lost.groups.filter(({ group }) => group.needs.reuse === undefined);
    const found = await service.recover(lost.run, wanted);
    lost.keep(found);
    // Should this scheduler die as well, its successor finds them here.
    const { flow, run } = record;
    for (const { group, id } of lost.run.run === run ? [] : lost.groups) {
      if (!found.has(group.name)) continue;
      const bytes = await storage.readSoon(groupKey(lost.run, group.name));
      if (bytes === null) continue;
      const key = groupKey({ flow, run }, group.name);
      await storage.writeSoon(key, [bytes]);
      if (id !== null) await storage.writeSoon(`${key}.id`, [Buffer.from(id)]);
    }
  }
}
