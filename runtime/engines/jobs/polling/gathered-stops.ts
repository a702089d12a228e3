import type { GroupWatch } from "./group-watch.ts";
import type { JobStop } from "./job-api.ts";

/** Wishes to end jobs that come within this time are put together. */
const GATHER_MS = 5;

/** Puts wishes to end jobs together, so that an array of them can be ended as a whole. */
export class GatheredStops {
  readonly #send: (requests: readonly JobStop[]) => Promise<void>;
  readonly #waiting = new Map<GroupWatch, Set<number>>();

  constructor(send: (requests: readonly JobStop[]) => Promise<void>) {
    this.#send = send;
  }

  add(watch: GroupWatch, index: number): void {
    if (this.#waiting.size === 0) setTimeout(() => void this.#flush(), GATHER_MS);
    const indexes = this.#waiting.get(watch) ?? new Set();
    this.#waiting.set(watch, indexes.add(index));
  }

  #flush(): Promise<void> {
    const requests = [...this.#waiting].map(([watch, gathered]) => ({
      watch,
      indexes: [...gathered].filter((index) => watch.open.has(index)),
      reasonOf: (index: number) => watch.stops.get(index) ?? "",
    }));
    this.#waiting.clear();
    return this.#send(requests);
  }
}
