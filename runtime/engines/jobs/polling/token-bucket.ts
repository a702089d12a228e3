/** Lets so many through each second, and a few more at once after a pause. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #now: () => number;
  /** When the next token is due, in milliseconds; in the past while tokens lie ready. */
  #nextAt = Number.NEGATIVE_INFINITY;

  constructor({ perSecond, burst, now = () => performance.now() }: TokenBucketOptions) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#now = now;
  }

  /** Takes a token and says after how many milliseconds it may be used. */
  take(): number {
    const now = this.#now();
    const gapMs = 1000 / this.#perSecond;
    this.#nextAt = Math.max(this.#nextAt, now - (this.#burst - 1) * gapMs) + gapMs;
    return Math.max(this.#nextAt - gapMs - now, 0);
  }
}

export interface TokenBucketOptions {
  readonly perSecond: number;
  readonly burst: number;
  /** In milliseconds, never going back. */
  readonly now?: () => number;
}
