import { backoffMs, pauseWithin } from "../../../retries.ts";
import type { JobGroup } from "../job-service.ts";
import type { JobApi } from "./job-api.ts";
import { TokenBucket } from "./token-bucket.ts";

const MAX_TRIES = 24;
const FIRST_DELAYS_MS = { unclear: 200, throttled: 500, full: 10_000 };
const MAX_DELAY_MS = 20_000;
/** What was carried out without an answer can take a moment until it is listed. */
const SETTLE_MS = 1000;

/** Starts groups, never one twice: no cluster knows that two requests are the same. */
export class Submitter {
  readonly #api: JobApi;
  readonly #bucket: TokenBucket;
  /** Waits end with it. */
  readonly #signal: AbortSignal;

  constructor(api: JobApi, signal: AbortSignal) {
    this.#api = api;
    this.#bucket = new TokenBucket(api.limits.submissions);
    this.#signal = signal;
  }

  /**
   * @param isWanted - asked before each request: false if the group was given up meanwhile
   * @returns the cluster's id of the group; null if it was given up
   * @throws what the cluster refused it with
   */
  async submit(group: JobGroup, isWanted: () => boolean): Promise<string | null> {
    await this.#api.prepare(group);
    let isUnclear = false;
    for (let tries = 1; ; tries += 1) {
      const waitMs = this.#bucket.take();
      if (waitMs > 0) await this.#pause(waitMs);
      if (!isWanted()) return isUnclear ? await this.#find(group) : null;
      try {
        const id = await this.#api.submit(group);
        return isUnclear ? await this.#theOne(group, id) : id;
      } catch (error) {
        const kind = this.#api.failureOf(error)?.kind ?? "final";
        if (kind === "final" || tries >= MAX_TRIES) throw error;
        await this.#pause(backoffMs(tries, { firstMs: FIRST_DELAYS_MS[kind], maxDelayMs: MAX_DELAY_MS }));
        // Others of the user's jobs may take days to end.
        if (kind === "full") tries -= 1;
        // There is no token that would make a second request harmless: only its name shows whether the first one counted.
        isUnclear ||= kind === "unclear";
        if (isUnclear) {
          await this.#pause(SETTLE_MS * Math.random());
          const id = await this.#find(group);
          if (id !== null) return id;
        }
      }
    }
  }

  /** Where an earlier request counted after all, its jobs are kept and the later ones are ended. */
  async #theOne(group: JobGroup, latest: string): Promise<string> {
    const [first = latest, ...twins] = await this.#named(group);
    if (twins.length > 0) await this.#api.stopTwins(twins);
    return first;
  }

  async #find(group: JobGroup): Promise<string | null> {
    const [first = null] = await this.#named(group);
    return first;
  }

  async #named(group: JobGroup): Promise<readonly string[]> {
    return (await this.#api.find([{ group, id: null }])).get(group.name) ?? [];
  }

  #pause(ms: number): Promise<void> {
    return pauseWithin(ms, this.#signal);
  }
}
