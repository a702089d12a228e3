import type { Datastore } from "../../datastore/datastore.ts";
import type { RunPlace } from "../../datastore/run-keys.ts";
import { FoldedRun } from "./folded-run.ts";

/** Runs are kept up to this many tasks in all, and the one that was asked for last whatever its size. */
const MAX_TASKS = 150_000;
const MAX_RUNS = 64;

/** The runs that were asked for lately: the journal of each is folded once. */
export class OpenRuns {
  readonly #store: Datastore;
  /** The one asked for last stands last. */
  readonly #runs = new Map<string, FoldedRun>();

  constructor(store: Datastore) {
    this.#store = store;
  }

  /** @throws MillraceError `MILLRACE_UNKNOWN_RUN` if there is no such run, also where it was removed meanwhile */
  get({ flow, run }: RunPlace): FoldedRun {
    const key = `${flow}/${run}`;
    const known = this.#runs.get(key);
    this.#runs.delete(key);
    if (known !== undefined && !this.#store.record(flow, run).isThere()) return this.get({ flow, run });
    // One that failed is read anew next time: it stopped in the middle.
    const opened = known ?? new FoldedRun(this.#store, { flow, run });
    opened.now();
    this.#runs.set(key, opened);
    this.#trim();
    return opened;
  }

  /** Null for one that would have to be read first. */
  known({ flow, run }: RunPlace): FoldedRun | null {
    return this.#runs.get(`${flow}/${run}`) ?? null;
  }

  #trim(): void {
    let tasks = 0;
    for (const opened of this.#runs.values()) tasks += opened.size;
    for (const [key, opened] of this.#runs) {
      if (this.#runs.size === 1 || (tasks <= MAX_TASKS && this.#runs.size <= MAX_RUNS)) return;
      this.#runs.delete(key);
      tasks -= opened.size;
    }
  }
}
