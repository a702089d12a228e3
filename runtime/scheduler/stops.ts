import type { TaskFailed } from "../datastore/run-event.ts";
import type { StopReason } from "../task/stop-reason.ts";
import type { Split } from "./run-state.ts";

const WAS_STOPPING = "it was about to stop when its scheduler ended";

/** Why nothing more starts, of a run or of a gang. */
export class Stops {
  #reason: string | null = null;
  /** Why the other members of gangs are stopped of which one has failed for good. */
  readonly #gangs = new Map<Split, StopReason>();

  /** Of the run; null while it goes on. */
  get reason(): string | null {
    return this.#reason;
  }

  /** The first reason counts. @returns false for a later one */
  stop(reason: string): boolean {
    if (this.#reason !== null) return false;
    this.#reason = reason;
    return true;
  }

  stopGang(gang: Split, reason: string): StopReason {
    const stop: StopReason = { name: "AbortError", message: `the gang stops: ${reason}` };
    this.#gangs.set(gang, stop);
    return stop;
  }

  ofGang(gang: Split | null): StopReason | null {
    return gang === null ? null : (this.#gangs.get(gang) ?? null);
  }

  /** True for a task that must not run, or run again: its gang is null where it is in none. */
  holds(gang: Split | null): boolean {
    return this.#reason !== null || this.ofGang(gang) !== null;
  }

  /** An attempt failed for good, as an earlier scheduler of the run recorded. */
  recorded(
    { task, isCancelled }: TaskFailed,
    { step, gang, onFailure }: { step: string; gang: Split | null; onFailure: "stop" | "finish" },
  ): void {
    if (isCancelled) {
      if (this.ofGang(gang) === null) this.#reason ??= WAS_STOPPING;
    } else if (onFailure === "stop") this.#reason ??= `${step} failed`;
    else if (gang !== null) this.stopGang(gang, `${step}/${task} failed`);
  }
}
