/** Time and chance as arguments, so that tests can hold them. */
export interface Clock {
  now(): number;
  /** From 0 to 1. */
  random(): number;
  /** Calls back after that many milliseconds; the returned function cancels. */
  after(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: Date.now,
  random: Math.random,
  after(ms, callback) {
    // Longer waits overflow the platform's timer: wake early and look again.
    const timer = setTimeout(callback, Math.min(ms, 2 ** 31 - 1));
    return () => clearTimeout(timer);
  },
};
