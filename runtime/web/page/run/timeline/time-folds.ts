/** A stretch of time in which nothing ran. */
export interface IdleGap {
  readonly start: number;
  readonly end: number;
  /** Where it begins once idle time is folded, and how long it is there. */
  readonly at: number;
  readonly width: number;
}

export interface BusyTimes {
  /** In any order. */
  readonly starts: Float64Array;
  readonly ends: Float64Array;
}

const MIN_GAP_MS = 1000;
/** A gap is folded when it is longer than this share of the time in which something ran. */
const LONG_SHARE = 0.08;
const FOLDED_SHARE = 0.02;

/** Time as it is drawn: from 0 on, with long idle gaps shortened. */
export class TimeFolds {
  readonly gaps: readonly IdleGap[];
  readonly length: number;
  readonly #start: number;

  constructor(times: BusyTimes, { isFolding }: { readonly isFolding: boolean }) {
    const { starts, ends } = times;
    const start = starts.reduce((least, one) => Math.min(least, one), Number.POSITIVE_INFINITY);
    const end = ends.reduce((most, one) => Math.max(most, one), start);
    this.#start = Number.isFinite(start) ? start : 0;
    const idle = isFolding && Number.isFinite(start) ? idleOf(times) : [];
    const idleMs = idle.reduce((sum, [from, to]) => sum + to - from, 0);
    const busyMs = Math.max(end - this.#start - idleMs, 1);
    let saved = 0;
    this.gaps = idle
      .filter(([from, to]) => to - from > Math.max(busyMs * LONG_SHARE, MIN_GAP_MS))
      .map(([from, to]) => {
        const width = busyMs * FOLDED_SHARE;
        const at = from - this.#start - saved;
        saved += to - from - width;
        return { start: from, end: to, at, width };
      });
    this.length = Number.isFinite(start) ? Math.max(end - this.#start - saved, 1) : 1;
  }

  /** Where a time is drawn. */
  fold(time: number): number {
    let saved = 0;
    for (const { start, end, at, width } of this.gaps) {
      if (time <= start) break;
      if (time < end) return at + ((time - start) / (end - start)) * width;
      saved += end - start - width;
    }
    return time - this.#start - saved;
  }

  /** The time that is drawn there. */
  unfold(place: number): number {
    let saved = 0;
    for (const { start, end, at, width } of this.gaps) {
      if (place <= at) break;
      if (place < at + width) return start + ((place - at) / width) * (end - start);
      saved += end - start - width;
    }
    return this.#start + place + saved;
  }
}

/** What lies between all that ran. */
function idleOf({ starts, ends }: BusyTimes): readonly (readonly [from: number, to: number])[] {
  const order = Uint32Array.from(starts.keys()).sort((a, b) => (starts[a] ?? 0) - (starts[b] ?? 0));
  const gaps: [number, number][] = [];
  let until = Number.POSITIVE_INFINITY;
  for (const at of order) {
    const start = starts[at] ?? 0;
    if (start > until) gaps.push([until, start]);
    until = Math.max(until === Number.POSITIVE_INFINITY ? start : until, ends[at] ?? start);
  }
  return gaps;
}
