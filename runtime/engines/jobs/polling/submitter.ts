import { backoffMs, pauseWithin } from "../../../retries.ts";
import type { JobGroup } from "../job-service.ts";
import type { JobApi } from "./job-api.ts";
import { TokenBucket } from "./token-bucket.ts";

const MAX_TRIES = 24;
/** How long a cluster may be silent before people are told. */
const TELL_SILENCE_MS = 30_000;
const FIRST_DELAYS_MS = { unclear: 200, throttled: 500, full: 10_000 };
const MAX_DELAY_MS = 20_000;
/** What was carried out without an answer can take a moment until it is listed. */
const SETTLE_MS = 1000;

export interface SubmitterOptions {
  /** Waits end with it. */
  readonly signal: AbortSignal;
  warning(text: string): void;
}

/** Starts groups, never one twice: no cluster knows that two requests are the same. */
export class Submitter {
  readonly #api: JobApi;
  readonly #bucket: TokenBucket;
  readonly #options: SubmitterOptions;
  /** The cluster has answered: if it falls silent, it will again. */
  #isInContact = false;
  #hasToldSilence = false;

  constructor(api: JobApi, options: SubmitterOptions) {
    this.#api = api;
    this.#bucket = new TokenBucket(api.limits.submissions);
    this.#options = options;
  }

  /** The cluster has answered what others asked. */
  noteContact(): void {
    this.#isInContact = true;
    this.#hasToldSilence = false;
  }

  /**
   * @param isWanted - asked before each request: false if the group was given up meanwhile
   * @returns the cluster's id of the group; null if it was given up
   * @throws what the cluster refused it with
   */
  async submit(group: JobGroup, isWanted: () => boolean): Promise<string | null> {
    await this.#api.prepare(group);
    // There is no token that would make a second request harmless: only its name shows whether the first one counted.
    let isUnclear = false;
    let silentSince: number | null = null;
    for (let tries = 1; ; tries += 1) {
      const waitMs = this.#bucket.take();
      if (waitMs > 0) await this.#pause(waitMs);
      if (!isWanted()) return isUnclear ? await this.#find(group) : null;
      const askedAt = performance.now();
      try {
        const found = isUnclear ? await this.#find(group) : null;
        if (found !== null) return found;
        const id = await this.#api.submit(group);
        this.noteContact();
        return isUnclear ? await this.#theOne(group, id) : id;
      } catch (error) {
        const failure = this.#api.failureOf(error);
        const kind = failure?.kind ?? "final";
        if (kind !== "unclear") this.noteContact();
        const isEndless = kind === "unclear" && this.#isInContact;
        if (kind === "final" || (tries >= MAX_TRIES && !isEndless)) throw error;
        isUnclear ||= kind === "unclear";
        silentSince = kind === "unclear" ? (silentSince ?? askedAt) : null;
        const silentMs = silentSince === null ? 0 : performance.now() - silentSince;
        if (isEndless && silentMs >= TELL_SILENCE_MS) this.#tellSilence(failure?.text ?? "");
        const settleMs = isUnclear ? SETTLE_MS * Math.random() : 0;
        await this.#pause(backoffMs(tries, { firstMs: FIRST_DELAYS_MS[kind], maxDelayMs: MAX_DELAY_MS }) + settleMs);
        // Others of the user's jobs may take days to end.
        if (kind === "full") tries -= 1;
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
    return pauseWithin(ms, this.#options.signal);
  }

  #tellSilence(text: string): void {
    if (this.#hasToldSilence || this.#options.signal.aborted) return;
    this.#hasToldSilence = true;
    this.#options.warning(`${this.#api.title} does not answer; jobs are started once it does: ${text}`);
  }
}
