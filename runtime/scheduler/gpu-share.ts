import type { RunEvent } from "../datastore/events.ts";
import type { RunState } from "./state.ts";

/** GPUs of this machine, which its tasks share by count. */
export interface GpuShare {
  readonly count: number;
  /** How many a task of that step takes, at most all; 0 for one that needs none or runs on other machines. */
  readonly takenBy: (step: string) => number;
}

export const NO_GPUS: GpuShare = { count: 0, takenBy: () => 0 };

/** Keeps count of those in use. */
export class GpuAccount {
  readonly #share: GpuShare;
  #inUse = 0;

  constructor(share: GpuShare) {
    this.#share = share;
  }

  /** To be told of each event before the state changes. */
  note(event: RunEvent, { running }: RunState): void {
    if (event.type === "task-started") this.#inUse += this.#share.takenBy(event.step);
    if (event.type !== "task-succeeded" && event.type !== "task-failed") return;
    const ended = running.get(event.task);
    if (ended !== undefined) this.#inUse -= this.#share.takenBy(ended.place.step);
  }

  /**
   * Whether a task of a step finds its GPUs free. To be asked of one task after another in the order in which they should
   * start: behind one that has to wait no other gets a GPU, else small tasks would keep a large one waiting for ever.
   */
  look(): (step: string) => boolean {
    const { count, takenBy } = this.#share;
    let free = count - this.#inUse;
    return (step) => {
      const wanted = takenBy(step);
      if (wanted === 0 || wanted <= free) return true;
      free = 0;
      return false;
    };
  }
}
