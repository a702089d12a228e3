import { backoffMs, pauseWithin } from "../../retries.ts";
import type { KubeClient } from "./client/kube-client.ts";
import { KubeFailure } from "./client/kube-failure.ts";
import { jsonAt, listAt, numberAt, textAt } from "./json-at.ts";
import { type SeenPod, seenPod } from "./seen-pod.ts";

/** A server sends something at least once a minute, a bookmark if nothing else. */
const SILENCE_MS = 90_000;
/** After this the server ends the watch, and everything is listed anew: what a watch missed is seen then. */
const WATCH_S = 300;
const PAGE = 500;
/** A watch that ends earlier tells little: what follows it waits, longer each time. */
const STEADY_MS = 5000;
const FIRST_DELAY_MS = 200;
const MAX_DELAY_MS = 10_000;

export interface PodCacheOptions {
  readonly client: Pick<KubeClient, "json" | "lines">;
  readonly namespace: string;
  readonly selector: string;
  readonly silenceMs?: number;
  /** Something is new. */
  onNews(): void;
}

/** All pods of a run in a namespace, as one watch tells of them; each watch begins with a list. */
export class PodCache {
  readonly #options: PodCacheOptions;
  readonly #abort = new AbortController();
  /** By Job and index. */
  readonly #pods = new Map<string, Map<number, SeenPod>>();
  /** What nobody has looked at yet. */
  readonly #changed = new Map<string, Set<number>>();
  #hasListed = false;
  #failure: unknown = null;

  constructor(options: PodCacheOptions) {
    this.#options = options;
    void this.#follow();
  }

  /** True once it is known which pods there are. */
  get isKnown(): boolean {
    return this.#hasListed;
  }

  /** Why nothing new is heard; null while it is. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Pods of a Job that have changed since this was last asked. */
  takeChanged(job: string): readonly SeenPod[] {
    const pods = this.#pods.get(job);
    const changed = [...(this.#changed.get(job) ?? [])];
    this.#changed.delete(job);
    return changed.flatMap((index) => pods?.get(index) ?? []);
  }

  podOf(job: string, index: number): SeenPod | null {
    return this.#pods.get(job)?.get(index) ?? null;
  }

  forget(job: string): void {
    this.#pods.delete(job);
    this.#changed.delete(job);
  }

  close(): void {
    this.#abort.abort();
  }

  async #follow(): Promise<void> {
    const { signal } = this.#abort;
    for (let failures = 0; !signal.aborted;) {
      let watchedAt = Infinity;
      let hasFailed = false;
      try {
        const version = await this.#list();
        watchedAt = performance.now();
        await this.#watch(version);
      } catch (error) {
        hasFailed = !isExpired(error);
        if (hasFailed) this.#failure = error;
        if (hasFailed) this.#options.onNews();
      }
      const isSteady = performance.now() - watchedAt > STEADY_MS;
      if (isSteady) failures = 0;
      if (isSteady && !hasFailed) continue;
      failures += 1;
      const waitMs = backoffMs(failures, { firstMs: FIRST_DELAY_MS, maxDelayMs: MAX_DELAY_MS }) + FIRST_DELAY_MS / 2;
      await pauseWithin(waitMs, signal);
    }
  }

  /** The version from which to watch. */
  async #list(): Promise<string> {
    const { client, namespace, selector } = this.#options;
    const there = new Set<string>();
    let query: Record<string, string> = { labelSelector: selector, limit: String(PAGE) };
    for (;;) {
      const page = await client.json({ path: podsPath(namespace), query, maxTries: 1 });
      for (const item of listAt(page, "items")) {
        const pod = seenPod(item);
        if (pod === null) continue;
        there.add(pod.uid);
        this.#note(pod);
      }
      const next = textAt(page, "metadata", "continue") ?? "";
      if (next !== "") {
        query = { ...query, continue: next };
        continue;
      }
      this.#noteGone(there);
      this.#hasListed = true;
      this.#failure = null;
      this.#options.onNews();
      return textAt(page, "metadata", "resourceVersion") ?? "";
    }
  }

  async #watch(version: string): Promise<void> {
    const { client, namespace, selector, silenceMs = SILENCE_MS } = this.#options;
    const query = {
      watch: "1",
      labelSelector: selector,
      resourceVersion: version,
      allowWatchBookmarks: "true",
      timeoutSeconds: String(WATCH_S),
    };
    const onLine = (line: string) => this.#hear(JSON.parse(line));
    await client.lines({ path: podsPath(namespace), query, signal: this.#abort.signal, silenceMs, onLine });
  }

  #hear(event: unknown): void {
    const type = textAt(event, "type");
    if (type === "ERROR") throw expired(event);
    const pod = type === "BOOKMARK" ? null : seenPod(jsonAt(event, "object"));
    if (pod === null) return;
    this.#note(type === "DELETED" ? { ...pod, isGone: true } : pod);
    this.#options.onNews();
  }

  #note(pod: SeenPod): void {
    const { job, index } = pod;
    const pods = this.#pods.get(job) ?? new Map<number, SeenPod>();
    const known = pods.get(index);
    // Attempts are ours: whatever makes a second pod of an index, the first one counts.
    if (known !== undefined && known.uid !== pod.uid) return;
    this.#pods.set(job, pods.set(index, pod));
    this.#changed.set(job, (this.#changed.get(job) ?? new Set()).add(index));
  }

  /** Those that went while nothing was heard. */
  #noteGone(there: ReadonlySet<string>): void {
    for (const pods of this.#pods.values())
      for (const pod of pods.values()) if (!pod.isGone && !there.has(pod.uid)) this.#note({ ...pod, isGone: true });
  }
}

function podsPath(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/pods`;
}

/** What was watched from is no longer known: everything is listed anew. */
function expired(event: unknown): KubeFailure {
  const status = numberAt(event, "object", "code") ?? 410;
  return new KubeFailure("unclear", textAt(event, "object", "message") ?? "the watch has ended", { status });
}

function isExpired(error: unknown): boolean {
  return error instanceof KubeFailure && error.status === 410;
}
