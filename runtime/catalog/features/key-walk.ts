import type { Aggregate } from "./aggregates/aggregate.ts";

/** When rows happened, and since when they were known. */
export interface Clocks {
  readonly event: Float64Array;
  readonly created: Float64Array;
}

/** Features over one window. */
export interface Window {
  readonly windowMs: number;
  readonly columns: readonly { readonly aggregate: Aggregate; readonly out: unknown[] }[];
}

/** Rows and moments of one key. */
export interface KeyPart {
  /** Rows in the order in which they happened; of ties, the one known later comes later. */
  readonly happened: Int32Array;
  /** Moments in the order of time. */
  readonly moments: Int32Array;
}

const [AWAITED, IN, OUT] = [0, 1, 2];

/** Lets the rows of one key come in and go out as time goes on. */
export class KeyWalk {
  readonly #clocks: Clocks;
  readonly #times: Float64Array;
  /** Of each rank, where its row stands. */
  #states = new Uint8Array(0);

  constructor(clocks: Clocks, times: Float64Array) {
    this.#clocks = clocks;
    this.#times = times;
  }

  /** Of equal instants the row known later comes later, and of those the one later in the source. */
  compareRows(row: number, other: number): number {
    const { event, created } = this.#clocks;
    return event[row]! - event[other]! || created[row]! - created[other]! || row - other;
  }

  walk({ happened, moments }: KeyPart, windows: readonly Window[]): void {
    const known = this.#knownOrder(happened);
    for (const window of windows) this.#over(window, { happened, moments, known });
  }

  #over({ windowMs, columns }: Window, { happened, moments, known }: KeyPart & { known: Int32Array | null }): void {
    const { event } = this.#clocks;
    if (this.#states.length < happened.length) this.#states = new Uint8Array(happened.length * 2);
    else this.#states.fill(AWAITED, 0, happened.length);
    const states = this.#states;
    for (const { aggregate } of columns) aggregate.clear();
    let from = 0;
    let next = 0;
    for (const moment of moments) {
      const time = this.#times[moment]!;
      const after = time - windowMs;
      for (; from < happened.length && event[happened[from]!]! <= after; from += 1) {
        if (states[from] === IN) for (const { aggregate } of columns) aggregate.remove(happened[from]!, from);
        states[from] = OUT;
      }
      for (; next < happened.length; next += 1) {
        const rank = known === null ? next : known[next]!;
        const row = happened[rank]!;
        if (this.#knownAt(row) > time) break;
        if (states[rank] !== AWAITED) continue;
        states[rank] = IN;
        for (const { aggregate } of columns) aggregate.add(row, rank);
      }
      for (const { aggregate, out } of columns) out[moment] = aggregate.value(from);
    }
  }

  #knownAt(row: number): number {
    return Math.max(this.#clocks.event[row]!, this.#clocks.created[row]!);
  }

  /** Ranks in the order in which they were known; null where that is the order in which they happened. */
  #knownOrder(happened: Int32Array): Int32Array | null {
    if (this.#clocks.event === this.#clocks.created) return null;
    const knownAt = Float64Array.from(happened, (row) => this.#knownAt(row));
    if (!knownAt.some((known, rank) => rank > 0 && known < knownAt[rank - 1]!)) return null;
    return Int32Array.from(happened.keys()).sort((rank, other) => knownAt[rank]! - knownAt[other]! || rank - other);
  }
}
