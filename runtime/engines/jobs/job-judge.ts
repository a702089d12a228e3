import type { StopReason } from "../../task/stop-reason.ts";
import { stoppedOutcome, type TaskOutcome } from "../../task/task-outcome.ts";
import { endedWithoutOutcome } from "./ended-without-outcome.ts";
import type { JobEnd, JobRef, JobService } from "./job-service.ts";

/** Where a thousand fail alike, nobody reads the output of each: a request is for the first ones. */
const MAX_TAILS = 20;
const MIB = 2 ** 20;

export interface EndedJob {
  readonly ref: JobRef;
  readonly end: JobEnd;
  /** What its container wrote of the task; null if it could not. */
  readonly outcome: TaskOutcome | null;
  /** Why this scheduler asked for its end. */
  readonly stop: StopReason | null;
}

/** Says what the end of a job means for its task. */
export class JobJudge {
  readonly #service: Pick<JobService, "name" | "tail">;
  #tails = 0;

  constructor(service: Pick<JobService, "name" | "tail">) {
    this.#service = service;
  }

  async outcomeOf({ ref, end, outcome, stop }: EndedJob): Promise<TaskOutcome> {
    const isDone = outcome !== null && outcome.status !== "failed";
    if (isDone || (outcome !== null && !knowsBetter(end, outcome))) return outcome;
    if (stop !== null) return stoppedOutcome(stop);
    const lost = endedWithoutOutcome(end, { engine: this.#service.name, tail: await this.#tailOf(ref, end) });
    if (end.kind !== "out-of-memory") return lost;
    return { ...lost, usage: { exhausted: Math.round(ref.group.needs.memoryMb * MIB) } };
  }

  async #tailOf(ref: JobRef, end: JobEnd): Promise<readonly string[]> {
    if (end.kind === "not-started" || this.#tails === MAX_TAILS) return [];
    this.#tails += 1;
    return (await this.#service.tail?.(ref).catch(() => [])) ?? [];
  }
}

/** True where the service knows more of a failure than the job could tell. */
function knowsBetter({ kind }: JobEnd, outcome: TaskOutcome): boolean {
  if (outcome.status !== "failed") return false;
  // Told to stop, a job learns from nobody that its time is over.
  if (kind === "timed-out") return outcome.error.name === "AbortError";
  return kind === "host-lost" || (kind === "out-of-memory" && outcome.isCrash);
}
