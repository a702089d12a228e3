const FIRST_MS = 500;
/** Well below the minute after which an instant counts as missed. */
const MOST_MS = 15_000;
/** Nobody tries again what was not tried for this long. */
const FORGOTTEN_MS = 600_000;

/** When what keeps failing is tried again: after pauses that double, up to a quarter of a minute. */
export class GrowingPauses {
  readonly #failed = new Map<string, { readonly pauseMs: number; readonly until: number }>();

  isOver(key: string, now: number): boolean {
    return now >= (this.#failed.get(key)?.until ?? 0);
  }

  failed(key: string, now: number): void {
    for (const [old, { until }] of this.#failed) if (now - until > FORGOTTEN_MS) this.#failed.delete(old);
    const before = this.#failed.get(key);
    const pauseMs = before === undefined ? FIRST_MS : Math.min(MOST_MS, before.pauseMs * 2);
    this.#failed.set(key, { pauseMs, until: now + pauseMs });
  }

  /** It works, or is another thing than before. */
  forget(key: string): void {
    this.#failed.delete(key);
  }

  /** The same of all keys that begin so. */
  forgetAll(prefix: string): void {
    for (const key of this.#failed.keys()) if (key.startsWith(prefix)) this.#failed.delete(key);
  }
}
