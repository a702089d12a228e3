import type { RunEvent } from "../../datastore/run-event.ts";

/** How long a run takes, from its first event to its last: what `status` and `runs` say of it, too. */
export class RunSpan {
  #from: number | null = null;
  #until: number | null = null;

  apply({ type, time }: RunEvent): void {
    this.#from ??= time;
    if (type === "run-finished") this.#until = time;
  }

  /** Up to now, as long as the run goes on; 0 before it has begun. */
  ms(): number {
    return this.#from === null ? 0 : (this.#until ?? Date.now()) - this.#from;
  }
}
