/** GPUs of this machine, which its tasks share by count. */
export interface GpuShare {
  readonly count: number;
  /** How many a task of that step takes, at most all; 0 for one that needs none or runs on other machines. */
  readonly takenBy: (step: string) => number;
}

export const NO_GPUS: GpuShare = { count: 0, takenBy: () => 0 };
