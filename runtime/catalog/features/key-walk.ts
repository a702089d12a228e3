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
  /** Rows of the source, in the order that they have there; they are sorted in place. */
  readonly rows: Int32Array;
  /** Moments in the order of time. */
  readonly moments: Int32Array;
}

const [AWAITED, IN, OUT] = [0, 1, 2];

/** Lets the rows of one key come in and go out as time goes on. */
export class KeyWalk {
  readonly #clocks: Clocks;
  readonly #times: Float64Array;
  // Of each rank, what the walk asks for again and again: the rows of a key lie far apart in the source.
  #event = new Float64Array(0);
  #known = new Float64Array(0);
  /** Of each rank, where its row stands. */
  #states = new Uint8Array(0);

  constructor(clocks: Clocks, times: Float64Array) {
    this.#clocks = clocks;
    this.#times = times;
  }

  walk({ rows, moments }: KeyPart, windows: readonly Window[]): void {
    this.#rank(rows);
    const order = this.#knownOrder(rows.length);
    for (const { windowMs, columns } of windows) {
      for (const { aggregate } of columns) aggregate.begin(rows);
      const over = { windowMs, columns, moments, count: rows.length };
      if (order === null) this.#inOrder(over);
      else this.#outOfOrder(over, order);
    }
  }

  /** Sorts by when rows happened; of equal instants the row known later comes later, and of those the one later in the source. */
  #rank(rows: Int32Array): void {
    const { event, created } = this.#clocks;
    this.#read(rows);
    const [at, known] = [this.#event, this.#known];
    for (let rank = 1; rank < rows.length; rank += 1) {
      const before = at[rank - 1]! - at[rank]! || known[rank - 1]! - known[rank]!;
      if (before <= 0) continue;
      rows.sort((row, other) => event[row]! - event[other]! || created[row]! - created[other]! || row - other);
      this.#read(rows);
      break;
    }
    if (known !== at) for (let rank = 0; rank < rows.length; rank += 1) known[rank] = Math.max(at[rank]!, known[rank]!);
  }

  #read(rows: Int32Array): void {
    const { event, created } = this.#clocks;
    const isOne = event === created;
    if (this.#event.length < rows.length) {
      this.#event = new Float64Array(rows.length * 2);
      this.#known = isOne ? this.#event : new Float64Array(rows.length * 2);
    }
    for (let rank = 0; rank < rows.length; rank += 1) this.#event[rank] = event[rows[rank]!]!;
    if (!isOne) for (let rank = 0; rank < rows.length; rank += 1) this.#known[rank] = created[rows[rank]!]!;
  }

  /** Of rows that were known in the order in which they happened, those that are in a window are always a run of ranks. */
  #inOrder({ windowMs, columns, moments, count }: Over): void {
    const [event, known] = [this.#event, this.#known];
    let from = 0;
    let next = 0;
    for (let place = 0; place < moments.length; place += 1) {
      const moment = moments[place]!;
      const time = this.#times[moment]!;
      const after = time - windowMs;
      const [out, come] = [from, next];
      while (from < count && event[from]! <= after) from += 1;
      while (next < count && known[next]! <= time) next += 1;
      const gone = Math.min(from, come);
      const entering = Math.max(from, come);
      for (const { aggregate, out: found } of columns) {
        if (gone > out) aggregate.remove(out, gone);
        if (next > entering) aggregate.add(entering, next);
        found[moment] = aggregate.value(from);
      }
    }
  }

  #outOfOrder({ windowMs, columns, moments, count }: Over, order: Int32Array): void {
    const [event, known] = [this.#event, this.#known];
    if (this.#states.length < count) this.#states = new Uint8Array(count * 2);
    else this.#states.fill(AWAITED, 0, count);
    const states = this.#states;
    let from = 0;
    let next = 0;
    for (const moment of moments) {
      const time = this.#times[moment]!;
      const after = time - windowMs;
      for (; from < count && event[from]! <= after; from += 1) {
        if (states[from] === IN) for (const { aggregate } of columns) aggregate.remove(from, from + 1);
        states[from] = OUT;
      }
      for (; next < count && known[order[next]!]! <= time; next += 1) {
        const rank = order[next]!;
        if (states[rank] !== AWAITED) continue;
        states[rank] = IN;
        for (const { aggregate } of columns) aggregate.add(rank, rank + 1);
      }
      for (const { aggregate, out } of columns) out[moment] = aggregate.value(from);
    }
  }

  /** Ranks in the order in which they were known; null where that is the order in which they happened. */
  #knownOrder(count: number): Int32Array | null {
    const known = this.#known;
    if (known === this.#event) return null;
    let isSame = true;
    for (let rank = 1; rank < count && isSame; rank += 1) isSame = known[rank]! >= known[rank - 1]!;
    if (isSame) return null;
    return Int32Array.from({ length: count }, (_, rank) => rank).sort(
      (rank, other) => known[rank]! - known[other]! || rank - other,
    );
  }
}

/** The moments of a key that are answered for one window. */
interface Over extends Window {
  readonly moments: Int32Array;
  /** How many rows there are. */
  readonly count: number;
}
