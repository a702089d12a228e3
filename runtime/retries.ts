import { setTimeout as pause } from "node:timers/promises";

/** Where nothing has ever answered, the place is wrong rather than the weather bad. */
const MAX_FIRST_TRIES = 3;

/** When something that failed is tried again. */
export interface RetryRules {
  /** The bound of the first wait after this error, from which it doubles; null: another try cannot go well. */
  readonly firstDelayMs: (error: unknown, tries: number) => number | null;
  readonly maxDelayMs: number;
  /** Tries in all, where an error like this is the last so far. */
  readonly maxTries: (error: unknown) => number;
  /** No further try begins after this time. @defaultValue no limit */
  readonly maxTotalMs?: number;
  /** True for an error that somebody at the other end has sent. */
  readonly isAnswer: (error: unknown) => boolean;
  /** Nothing is tried again once it is aborted; what is under way goes on. */
  readonly signal?: AbortSignal;
}

/** Tries again what may go well another time; each wait is longer than the last, by chance within bounds. */
export class Retries {
  readonly #rules: RetryRules;
  /** Something has answered since the first call. */
  #isInContact = false;

  constructor(rules: RetryRules) {
    this.#rules = rules;
  }

  /**
   * @param action - is told how often it was tried before
   * @param maxTries - fewer than the rules allow
   * @throws the error of the last try
   */
  async run<T>(action: (tries: number) => Promise<T>, maxTries = Infinity): Promise<T> {
    const { signal, maxDelayMs, maxTotalMs = Infinity } = this.#rules;
    const startedAt = Date.now();
    for (let tries = 1; ; tries += 1) {
      try {
        const value = await action(tries - 1);
        this.#isInContact = true;
        return value;
      } catch (error) {
        this.#isInContact ||= this.#rules.isAnswer(error);
        const firstMs = this.#rules.firstDelayMs(error, tries);
        const isLast = tries >= Math.min(maxTries, this.#mostTries(error)) || Date.now() - startedAt > maxTotalMs;
        if (firstMs === null || isLast || signal?.aborted === true) throw error;
        await pauseWithin(backoffMs(tries, { firstMs, maxDelayMs }), signal);
      }
    }
  }

  #mostTries(error: unknown): number {
    return this.#isInContact ? this.#rules.maxTries(error) : MAX_FIRST_TRIES;
  }
}

/**
 * The wait after so many tries: anywhere up to a bound that doubles, as those that were refused together must not come
 * back together.
 */
export function backoffMs(tries: number, { firstMs, maxDelayMs }: { firstMs: number; maxDelayMs: number }): number {
  return Math.random() * Math.min(firstMs * 2 ** (tries - 1), maxDelayMs);
}

/** Waits, but not past an abort. */
export async function pauseWithin(ms: number, signal?: AbortSignal): Promise<void> {
  await pause(ms, undefined, { ...(signal === undefined ? {} : { signal }) }).catch(() => undefined);
}
