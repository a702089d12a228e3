import type { Clock } from "./clock.ts";
import type { TaskOutcome } from "./task-outcome.ts";
import type { StopReason } from "./stop-reason.ts";

export interface TimeLimitOptions {
  /** How long the step's code may run; null or undefined: as long as it likes. */
  readonly ms: number | null | undefined;
  readonly clock: Clock;
}

/** The time limit of one attempt. */
export class TimeLimit {
  readonly #ms: number | null;
  readonly #clock: Clock;
  #cancel: (() => void) | null = null;
  #isOver = false;

  constructor({ ms, clock }: TimeLimitOptions) {
    this.#ms = ms ?? null;
    this.#clock = clock;
  }

  /**
   * Counts from now, when the step's own code begins.
   *
   * @param marginMs - how much later than at the limit `onOver` is called
   */
  begin(onOver: (reason: StopReason) => void, marginMs = 0): void {
    const ms = this.#ms;
    if (ms === null || this.#cancel !== null) return;
    this.#cancel = this.#clock.after(ms + marginMs, () => {
      this.#isOver = true;
      onOver(timeoutError(ms));
    });
  }

  /** Stops counting. */
  end(): void {
    this.#cancel?.();
  }

  /** Stops counting. An attempt that was stopped at its limit failed for that reason, however it took that. */
  judge(outcome: TaskOutcome): TaskOutcome {
    this.end();
    if (!this.#isOver || outcome.status !== "failed") return outcome;
    return { ...outcome, error: { ...outcome.error, ...timeoutError(this.#ms ?? 0) }, isRetryable: true };
  }
}

function timeoutError(limitMs: number): StopReason {
  const message = `the step ran longer than its limit of ${limitMs / 1000} s`;
  return { name: "TimeoutError", message, code: "MILLRACE_TIMEOUT" };
}
