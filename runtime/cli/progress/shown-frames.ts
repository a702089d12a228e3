import type { TaskFailed } from "../../datastore/run-event.ts";
import { frameKey } from "../../datastore/reader/frame-key.ts";

/** Which lines of code a run has shown with a failure: tasks of a foreach, and attempts, often fail at one place. */
export class ShownFrames {
  readonly #first = new Map<string, string>();

  /** The task with whose failure the same lines were shown; null where this one is the first, or has none. */
  first({ error }: TaskFailed, name: string): string | null {
    const key = frameKey(error);
    if (key === null) return null;
    const known = this.#first.get(key);
    if (known === undefined) this.#first.set(key, name);
    return known ?? null;
  }
}
