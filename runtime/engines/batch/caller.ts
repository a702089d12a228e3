import { setMaxListeners } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { type AwsCalls, isAwsFailure } from "./aws/calls.ts";

const MAX_TRIES = 24;
/** Where nothing has ever answered, the place is wrong rather than the weather bad. */
const MAX_FIRST_TRIES = 3;
const FIRST_DELAY_MS = 200;
const FIRST_THROTTLED_DELAY_MS = 500;
const MAX_DELAY_MS = 20_000;

/** Calls AWS, and again if that may go well another time: each wait is longer than the last, by chance within bounds. */
export class Caller {
  readonly #open: () => Promise<AwsCalls>;
  readonly #abort = new AbortController();
  #isInContact = false;

  /** @param open - gives the same calls each time */
  constructor(open: () => Promise<AwsCalls>) {
    this.#open = open;
    // A thousand jobs may wait for their turn.
    setMaxListeners(0, this.#abort.signal);
  }

  /**
   * @param maxTries - 1 leaves it to the caller to try again
   * @throws AwsFailure of the last try
   */
  async call<T>(action: (aws: AwsCalls) => Promise<T>, maxTries = MAX_TRIES): Promise<T> {
    const aws = await this.#open();
    for (let tries = 1; ; tries += 1) {
      try {
        const value = await action(aws);
        this.#isInContact = true;
        return value;
      } catch (error) {
        if (!isAwsFailure(error)) throw error;
        this.#isInContact ||= error.status !== undefined;
        const mayGoWell = error.kind === "throttled" || error.kind === "unclear";
        const most = this.#isInContact ? maxTries : Math.min(maxTries, MAX_FIRST_TRIES);
        if (!mayGoWell || tries >= most || this.#abort.signal.aborted) throw error;
        await this.pause(delayAfter(tries, error.kind === "throttled"));
      }
    }
  }

  /** Waits, but not past the end of all calls. */
  async pause(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#abort.signal }).catch(() => undefined);
  }

  /** Nothing is tried again from now on; what is under way goes on. */
  hurry(): void {
    this.#abort.abort();
  }
}

/** Anywhere up to a bound that doubles: those that were refused together do not come back together. */
export function delayAfter(tries: number, isThrottled: boolean): number {
  const first = isThrottled ? FIRST_THROTTLED_DELAY_MS : FIRST_DELAY_MS;
  return Math.random() * Math.min(first * 2 ** (tries - 1), MAX_DELAY_MS);
}
