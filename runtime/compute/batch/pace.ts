const MIN_MS = 200;
const MAX_MS = 10_000;
/** Of the time since something changed: so much later, relatively, a change may be noticed. */
const LATENESS = 0.1;
/** For each further request that a look takes: others of the account ask as well, and each takes us some time to read. */
const MS_PER_CALL = 400;
const JITTER = 0.2;

/** How long to wait until jobs are looked at again: short after a change, longer the longer nothing changes. */
export class Pace {
  readonly #random: () => number;
  #changedAt: number;

  constructor({ now, random = Math.random }: { now: number; random?: () => number }) {
    this.#changedAt = now;
    this.#random = random;
  }

  changed(now: number): void {
    this.#changedAt = now;
  }

  /** @param calls - requests that the last look took */
  next(now: number, calls: number): number {
    const sinceChange = (now - this.#changedAt) * LATENESS;
    const wanted = Math.max(MIN_MS, sinceChange, (calls - 1) * MS_PER_CALL);
    return Math.min(wanted, MAX_MS) * (1 - JITTER * this.#random());
  }
}
