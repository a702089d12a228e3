import type { JobListener } from "../job-service.ts";
import type { GroupWatch } from "./group-watch.ts";
import type { ApiLimits, JobApi } from "./job-api.ts";
import { nextLookMs } from "./next-look-ms.ts";

/** What a cluster was told of can take a while to be found everywhere; after so long it counts as gone. */
const LOST_AFTER_MS = 60_000;
/** How long a cluster may be silent before people are told. */
const TELL_SILENCE_MS = 30_000;
/** After a look that failed, and that many times more after each further one. */
const REQUESTS_PER_FAILURE = 10;

/** News that come within this time after a look are looked at together. */
const GATHER_NEWS_MS = 5;

export interface PollerOptions {
  readonly api: Pick<JobApi, "title" | "look" | "failureOf"> & { readonly limits?: Partial<ApiLimits> };
  readonly listener: Pick<JobListener, "warning">;
  /** In milliseconds, never going back. */
  readonly now: () => number;
}

/** Looks at all jobs that are under way, together. */
export class Poller {
  readonly #api: PollerOptions["api"];
  readonly #listener: PollerOptions["listener"];
  readonly #now: () => number;
  /** By id. */
  readonly #watched = new Map<string, GroupWatch>();
  #timer: NodeJS.Timeout | null = null;
  #dueAt = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;
  /** That the last look took. */
  #requests = 1;
  #isLooking = false;
  /** Something is known to be new since the last look began. */
  #isWoken = false;
  #isClosed = false;
  #silentSince: number | null = null;
  #failures = 0;
  #hasToldSilence = false;

  constructor({ api, listener, now }: PollerOptions) {
    this.#api = api;
    this.#listener = listener;
    this.#now = now;
  }

  /** Follows a group that has an id until all its jobs have ended. */
  add(watch: GroupWatch): void {
    if (watch.id === null || this.#isClosed) return;
    this.#watched.set(watch.id, watch);
    this.hurry(watch);
  }

  /** Something is about to change. */
  hurry(watch: GroupWatch): void {
    watch.changedAt = this.#now();
    this.#plan();
  }

  /** Something has changed: the next look shows what. */
  wake(): void {
    this.#isWoken = true;
    this.#plan();
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  /** The next look; one that is planned earlier stays, or ever more jobs would put it off for ever. */
  #plan(): void {
    if (this.#isClosed || this.#isLooking || this.#watched.size === 0) return;
    const now = this.#now();
    const changedAt = [...this.#watched.values()].reduce((latest, watch) => Math.max(latest, watch.changedAt), 0);
    const calls = this.#requests + this.#failures * REQUESTS_PER_FAILURE;
    const paceMs = () => nextLookMs({ youngestMs: now - changedAt, calls, looks: this.#api.limits?.looks });
    const dueAt = Math.max(this.#lookedAt + (this.#isWoken ? GATHER_NEWS_MS : paceMs()), now);
    if (this.#timer !== null && this.#dueAt <= dueAt) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#dueAt = dueAt;
    this.#timer = setTimeout(() => void this.#look(), dueAt - now);
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    this.#isWoken = false;
    this.#timer = null;
    let requests = 0;
    const how = { onRequest: () => void (requests += 1), isOver: () => this.#isClosed };
    const asked = [...this.#watched.values()];
    try {
      this.#note(asked, await this.#api.look(asked, how));
      this.#heard();
    } catch (error) {
      this.#missed(error);
    } finally {
      this.#isLooking = false;
      this.#lookedAt = this.#now();
      this.#requests = requests;
      this.#plan();
    }
  }

  #note(asked: readonly GroupWatch[], underWay: ReadonlySet<GroupWatch>): void {
    if (this.#isClosed) return;
    for (const watch of asked) {
      if (watch.open.size === 0) this.#watched.delete(watch.id ?? "");
      else if (underWay.has(watch)) watch.missingSince = null;
      else this.#noteMissing(watch);
    }
  }

  /** A group is not found, or has ended as a whole without some of its jobs. */
  #noteMissing(watch: GroupWatch): void {
    const now = this.#now();
    watch.missingSince ??= now;
    if (now - watch.missingSince < LOST_AFTER_MS) return;
    this.#watched.delete(watch.id ?? "");
    const reason = `${this.#api.title} knows nothing of job ${watch.id}, ${LOST_AFTER_MS / 1000} s after it was last asked for`;
    watch.endAll({ kind: "exited", exitCode: null, reason, details: [] });
  }

  #heard(): void {
    if (this.#hasToldSilence) this.#listener.warning(`${this.#api.title} answers again`);
    this.#silentSince = null;
    this.#failures = 0;
    this.#hasToldSilence = false;
  }

  /** The jobs go on without us: what happened to them is seen when the cluster answers again. */
  #missed(error: unknown): void {
    const failure = this.#api.failureOf(error);
    if (failure === null) throw error;
    this.#failures += 1;
    this.#silentSince ??= this.#now();
    const silentMs = this.#now() - this.#silentSince;
    const isHopeless = failure.kind === "final";
    if (this.#isClosed || this.#hasToldSilence || (silentMs < TELL_SILENCE_MS && !isHopeless)) return;
    this.#hasToldSilence = true;
    const remedy = failure.remedy === null ? "" : `; ${failure.remedy}`;
    this.#listener.warning(
      `${this.#api.title} does not say how its jobs fare, which go on meanwhile: ${failure.text}${remedy}`,
    );
  }
}
