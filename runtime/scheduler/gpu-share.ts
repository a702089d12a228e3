import type { RunState } from "./state.ts";

/** GPUs of this machine, which its tasks share by count. */
export interface GpuShare {
  readonly count: number;
  /** How many a task of that step takes, at most all; 0 for one that needs none or runs on other machines. */
  readonly takenBy: (step: string) => number;
}

export const NO_GPUS: GpuShare = { count: 0, takenBy: () => 0 };

/**
 * Whether a task of that step finds its GPUs free. To be asked of one task after another in the order in which they
 * should start: behind one that has to wait no other gets a GPU, else small tasks would keep a large one waiting for ever.
 */
export function freeGpus({ running }: RunState, { count, takenBy }: GpuShare): (step: string) => boolean {
  let free: number | null = null;
  return (step) => {
    const wanted = takenBy(step);
    if (wanted === 0) return true;
    free ??= count - [...running.values()].reduce((sum, { place }) => sum + takenBy(place.step), 0);
    if (wanted <= free) return true;
    free = 0;
    return false;
  };
}
