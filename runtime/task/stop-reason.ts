/** Why a task is ended; becomes the reason of `current.signal` and the error of the attempt. */
export interface StopReason {
  readonly name: "AbortError" | "TimeoutError";
  readonly message: string;
  readonly code?: string;
}
