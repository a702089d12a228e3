import { setMaxListeners } from "node:events";
import { pauseWithin, Retries } from "../../retries.ts";
import type { AwsCalls } from "./aws/aws-calls.ts";
import { isAwsFailure } from "../../aws/aws-failure.ts";

const MAX_TRIES = 24;
const FIRST_DELAY_MS = 200;
const FIRST_THROTTLED_DELAY_MS = 500;
const MAX_DELAY_MS = 20_000;

/** Calls AWS, and again if that may go well another time. */
export class Caller {
  readonly #open: () => Promise<AwsCalls>;
  readonly #abort = new AbortController();
  readonly #retries = new Retries({
    maxDelayMs: MAX_DELAY_MS,
    maxTries: () => MAX_TRIES,
    isAnswer: (error) => isAwsFailure(error) && error.status !== undefined,
    firstDelayMs: (error) => {
      if (!isAwsFailure(error) || (error.kind !== "throttled" && error.kind !== "unclear")) return null;
      return error.kind === "throttled" ? FIRST_THROTTLED_DELAY_MS : FIRST_DELAY_MS;
    },
    signal: this.#abort.signal,
  });

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
  async call<T>(action: (aws: AwsCalls) => Promise<T>, maxTries?: number): Promise<T> {
    const aws = await this.#open();
    return this.#retries.run(() => action(aws), maxTries);
  }

  /** Waits, but not past the end of all calls. */
  pause(ms: number): Promise<void> {
    return pauseWithin(ms, this.#abort.signal);
  }

  /** Nothing is tried again from now on; what is under way goes on. */
  hurry(): void {
    this.#abort.abort();
  }
}
