import type { RunEvent, TaskReused, TaskStarted } from "../datastore/events.ts";
import { type Candidate, candidateOf, firstOf, isUrgent, type Startable } from "./candidates.ts";
import type { GpuShare } from "./gpu-share.ts";
import { isTakenBy } from "./reducer.ts";
import type { Place, RunState } from "./state.ts";

/** Chooses what starts next, and keeps count of the GPUs that are in use. */
export class Chooser {
  readonly #gpus: GpuShare;
  #inUse = 0;
  /**
   * What needs several GPUs and found too few of them free. It gets the next ones: else small tasks would keep it waiting
   * for ever.
   */
  #blocked: Startable | null = null;

  constructor(gpus: GpuShare) {
    this.#gpus = gpus;
  }

  /** @param isFree - true for what takes up nothing, as it is taken over from the origin run */
  next(state: RunState, { now, isFree }: { now: number; isFree: (one: Candidate) => boolean }): Candidate | null {
    const plain = firstOf(state, now);
    const gpu = this.#blocked ?? firstOf(state.gpuLane, now);
    if (gpu !== null && (plain === null || isBefore(gpu, plain))) {
      const candidate = candidateOf(gpu, state.nextTask);
      const wanted = this.#wantedBy(candidate);
      if (wanted <= this.#gpus.count - this.#inUse || isFree(candidate)) return candidate;
      if (wanted > 1) this.#blocked = gpu;
    }
    return plain === null ? null : candidateOf(plain, state.nextTask);
  }

  /** To be told of each event, before the state changes. */
  note(event: RunEvent, { running }: RunState): void {
    if (event.type === "task-started") this.#inUse += this.#gpus.takenBy(event.step);
    if (event.type === "task-succeeded" || event.type === "task-failed") {
      const ended = running.get(event.task);
      if (ended !== undefined) this.#inUse -= this.#gpus.takenBy(ended.place.step);
    }
    if (event.type !== "task-started" && event.type !== "task-reused") return;
    if (this.#blocked !== null && isOver(this.#blocked, event)) this.#blocked = null;
  }

  /** GPUs that have to be free for it; the rest of a gang uses what there is. */
  #wantedBy({ place, isUrgent: isRestOfGang }: Candidate): number {
    const { count, takenBy } = this.#gpus;
    return isRestOfGang ? -Infinity : Math.min(takenBy(place.step) * together(place), count);
  }
}

/** Whether an entry has had its turn by this start: a gang with its last member, any other split with each. */
function isOver(entry: Startable, { task, source }: TaskStarted | TaskReused): boolean {
  if (entry.kind === "retry") return source.kind === "retry" && task === entry.waiting.task;
  if (!isTakenBy(entry, source)) return false;
  return entry.kind === "task" || entry.split.kind !== "gang" || entry.split.launched + 1 === entry.split.size;
}

/** How many tasks start with this one. */
function together({ split, hop }: Place): number {
  return split?.kind === "gang" && hop === 0 ? split.size : 1;
}

/** The rest of a gang first, then retries, then what became ready last. */
function isBefore(one: Startable, other: Startable): boolean {
  if (isUrgent(one) !== isUrgent(other)) return isUrgent(one);
  if (one.kind === "retry" || other.kind === "retry") return one.kind === "retry";
  return one.order > other.order;
}
