import type { TaskOutcome } from "../../task/task-outcome.ts";
import { jobName } from "./job-name.ts";
import type { JobPapers } from "./job-papers.ts";
import type { JobRef } from "./job-service.ts";

/** From one look to the next, longer where many jobs run: each is asked for. */
const LOOK_MS = 100;
const MORE_PER_JOB_MS = 2;

/** Told of a task that is done while its service says that its job still runs. */
export type OutcomeListener = (ref: JobRef, outcome: TaskOutcome) => void;

/**
 * Looks for what running jobs leave at their end, as a cluster tells of that end a second or two later. Failures are left to
 * the service, which may know more of them.
 */
export class EarlyOutcomes {
  readonly #papers: Pick<JobPapers, "outcome">;
  readonly #on: OutcomeListener;
  readonly #running = new Map<string, JobRef>();
  #timer: NodeJS.Timeout | null = null;
  #isLooking = false;

  constructor(papers: Pick<JobPapers, "outcome">, on: OutcomeListener) {
    this.#papers = papers;
    this.#on = on;
  }

  /** From when it runs. */
  watch(ref: JobRef): void {
    this.#running.set(jobName(ref), ref);
    this.#plan();
  }

  /** Once its end is known, whoever told it. */
  forget(ref: JobRef): void {
    this.#running.delete(jobName(ref));
  }

  close(): void {
    this.#running.clear();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #plan(): void {
    const { size } = this.#running;
    if (size === 0 || this.#timer !== null || this.#isLooking) return;
    this.#timer = setTimeout(() => void this.#look(), LOOK_MS + size * MORE_PER_JOB_MS);
  }

  async #look(): Promise<void> {
    this.#timer = null;
    this.#isLooking = true;
    for (const [name, ref] of [...this.#running]) {
      // What cannot be read is read again once the service has told of the end.
      const outcome = await this.#papers.outcome(ref).catch(() => null);
      if (outcome === null || !this.#running.delete(name) || outcome.status === "failed") continue;
      this.#on(ref, outcome);
    }
    this.#isLooking = false;
    this.#plan();
  }
}
