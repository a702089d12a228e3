/** Why a task is ended; becomes the reason of `current.signal` and the error of the attempt. */
export interface StopReason {
  readonly name: "AbortError" | "TimeoutError";
  readonly message: string;
  readonly code?: string;
}

/** Of a task that was about to start when its run stopped. */
export const NEVER_BEGAN: StopReason = { name: "AbortError", message: "the run stopped before the task began" };
