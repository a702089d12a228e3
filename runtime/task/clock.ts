/** Time and chance as arguments, so that tests can hold them. */
export interface Clock {
  now(): number;
  /** From 0 to 1. */
  random(): number;
  /** Calls back after that many milliseconds; the returned function cancels. */
  after(ms: number, callback: () => void): () => void;
}

/** The most that a timer of Node's can count to: 24.8 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: Date.now,
  random: Math.random,
  after(ms, callback) {
    let leftMs = ms;
    let timer = setTimeout(next, Math.min(leftMs, LONGEST_TIMER_MS));
    function next(): void {
      leftMs -= LONGEST_TIMER_MS;
      if (leftMs > 0) timer = setTimeout(next, Math.min(leftMs, LONGEST_TIMER_MS));
      else callback();
    }
    return () => clearTimeout(timer);
  },
};
