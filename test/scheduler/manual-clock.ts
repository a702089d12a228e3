import type { Clock } from "../../runtime/task/clock.ts";

/** Time that moves only when the test says so. */
export class ManualClock implements Clock {
  /** What `random` answers. */
  chance = 1;
  #time = 0;
  readonly #timers = new Set<{ at: number; callback: () => void }>();

  now(): number {
    return this.#time;
  }

  random(): number {
    return this.chance;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#time + ms, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Timers that still wait. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** Lets time pass; timers go off at their time, in order. */
  advance(ms: number): void {
    const until = this.#time + ms;
    for (let calls = 0, before = this.#time; ; calls = this.#time === before ? calls + 1 : 0, before = this.#time) {
      if (calls > 100) throw new Error("a timer is set again and again for the same moment: that keeps a core busy");
      const [next] = [...this.#timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#time = next.at;
      next.callback();
    }
    this.#time = until;
  }
}
