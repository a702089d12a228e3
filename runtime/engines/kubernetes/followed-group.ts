import type { GroupWatch, JobSight } from "../jobs/polling/group-watch.ts";
import type { KubeClient } from "./client/kube-client.ts";
import { KubeFailure } from "./client/kube-failure.ts";
import { jobFacts, type JobFacts } from "./job-facts.ts";
import type { JobDeleter } from "./job-deleter.ts";
import { listAt, textAt } from "./json-at.ts";
import { placeOfJob } from "./object-name.ts";
import type { PodCache } from "./pod-cache.ts";
import type { PodLogs } from "./pod-logs.ts";
import { isHindered, podSight } from "./pod-sight.ts";
import type { SeenPod } from "./seen-pod.ts";

/** Pods are usually there by then; if they are not, the Job is asked why, later less often. */
const FIRST_CHECK_MS = 3000;
const MAX_CHECK_MS = 30_000;

export interface FollowOptions {
  readonly cache: PodCache;
  readonly client: Pick<KubeClient, "json">;
  readonly deleter: JobDeleter;
  readonly logs: PodLogs;
  readonly startWaitMs: number;
  /** In milliseconds, never going back. */
  readonly now: () => number;
}

/** A group that is watched, and what has to be remembered of its pods from look to look. */
export class FollowedGroup {
  readonly watch: GroupWatch;
  readonly #options: FollowOptions;
  readonly #namespace: string;
  readonly #job: string;
  readonly #failingSince = new Map<number, number>();
  readonly #endingSince = new Map<number, number>();
  /** Pods that were asked to end. */
  readonly #asked = new Set<number>();
  #checkedAt: number;
  #checkMs = FIRST_CHECK_MS;
  #isThere = true;

  constructor(watch: GroupWatch, options: FollowOptions) {
    const { namespace, name } = placeOfJob(watch.id ?? "");
    this.watch = watch;
    this.#options = options;
    this.#namespace = namespace;
    this.#job = name;
    this.#checkedAt = options.now();
  }

  /** @returns whether the cluster still knows it to be under way */
  async look(onRequest: () => void): Promise<boolean> {
    const { cache, now } = this.#options;
    const pods = new Map(cache.takeChanged(this.#job).map((pod) => [pod.index, pod]));
    // Time alone changes what these mean.
    for (const index of [...this.#failingSince.keys(), ...this.#endingSince.keys()]) {
      const pod = cache.podOf(this.#job, index);
      if (pod !== null) pods.set(index, pod);
    }
    for (const pod of pods.values()) await this.#see(pod);
    if (this.watch.open.size > 0 && now() - this.#checkedAt >= this.#checkMs) await this.#check(onRequest);
    if (this.watch.open.size === 0) this.#isOver();
    return this.#isThere;
  }

  /** Ends some of its jobs. Those that have no pod yet end with that: one that comes later is deleted. */
  async stop(indexes: readonly number[]): Promise<void> {
    for (const index of indexes) {
      const pod = this.#options.cache.podOf(this.#job, index);
      if (pod === null) this.watch.see(index, stopped(this.watch.stops.get(index)));
      else await this.#end(pod);
    }
  }

  /** Its Job was deleted: what has no pod will never have one. */
  noteDeleted(): void {
    for (const index of [...this.watch.open.keys()])
      if (this.#options.cache.podOf(this.#job, index) === null)
        this.watch.see(index, stopped(this.watch.stops.get(index)));
  }

  #isOver(): void {
    const { cache, deleter } = this.#options;
    cache.forget(this.#job);
    deleter.later(this.watch.id ?? "");
  }

  async #see(pod: SeenPod): Promise<void> {
    const { index } = pod;
    if (!this.watch.open.has(index)) {
      if (this.watch.stops.has(index) && !pod.isGone) await this.#end(pod);
      return;
    }
    const now = this.#options.now();
    since(this.#failingSince, { index, now, is: isHindered(pod) });
    since(this.#endingSince, { index, now, is: pod.endsWithinS !== null && !pod.isGone });
    const sight = podSight(pod, {
      now,
      failingSince: this.#failingSince.get(index) ?? null,
      endingSince: this.#endingSince.get(index) ?? null,
      startWaitMs: this.#options.startWaitMs,
      stopReason: this.watch.stops.get(index) ?? null,
    });
    if (sight.kind === "ended") {
      this.#failingSince.delete(index);
      this.#endingSince.delete(index);
      if (!pod.isGone) await this.#options.logs.keep(`${this.watch.id}#${index}`, this.#placeOf(pod), sight.end);
      // It would wait on for what it cannot have.
      if (sight.end.kind === "not-started" && pod.phase === "Pending") await this.#end(pod);
    }
    this.watch.see(index, sight);
  }

  async #end(pod: SeenPod): Promise<void> {
    if (pod.isGone || pod.endsWithinS !== null || this.#asked.has(pod.index)) return;
    this.#asked.add(pod.index);
    await this.#options.deleter.pod(this.#namespace, pod.name);
  }

  #placeOf({ name }: SeenPod): { readonly namespace: string; readonly name: string } {
    return { namespace: this.#namespace, name };
  }

  /** Where pods are lacking, the Job knows more. */
  async #check(onRequest: () => void): Promise<void> {
    const { cache, now } = this.#options;
    this.#checkedAt = now();
    this.#checkMs = Math.min(this.#checkMs * 2, MAX_CHECK_MS);
    const lacking = [...this.watch.open.keys()].filter((index) => cache.podOf(this.#job, index) === null);
    if (lacking.length === 0) return;
    onRequest();
    const facts = await this.#facts();
    this.#isThere = facts !== null;
    if (facts === null) return;
    for (const index of lacking) {
      if (facts.succeeded.has(index)) this.watch.see(index, gone(0, null));
      else if (facts.failed.has(index) || facts.failure !== null) this.watch.see(index, gone(null, facts.failure));
    }
    if (facts.active > 0) return;
    onRequest();
    const reason = await this.#whyNoPods(facts);
    if (reason === null) return;
    for (const index of lacking) this.watch.see(index, { kind: "waiting", name: "FailedCreate", reason });
  }

  async #facts(): Promise<JobFacts | null> {
    try {
      const path = `/apis/batch/v1/namespaces/${this.#namespace}/jobs/${this.#job}`;
      return jobFacts(await this.#options.client.json({ path, maxTries: 1 }));
    } catch (error) {
      if (error instanceof KubeFailure && error.kind === "missing") return null;
      throw error;
    }
  }

  /** A quota, or a rule of the cluster's: the controller says it in events alone. */
  async #whyNoPods({ uid }: JobFacts): Promise<string | null> {
    const path = `/api/v1/namespaces/${this.#namespace}/events`;
    const query = { fieldSelector: `involvedObject.uid=${uid},type=Warning`, limit: "20" };
    const events = await this.#options.client.json({ path, query, maxTries: 1 }).catch(() => null);
    return (
      listAt(events, "items")
        .map((event) => textAt(event, "message"))
        .findLast((text) => text !== null) ?? null
    );
  }
}

function since(times: Map<number, number>, { index, now, is }: { index: number; now: number; is: boolean }): void {
  if (!is) times.delete(index);
  else if (!times.has(index)) times.set(index, now);
}

function stopped(reason: string | undefined): JobSight {
  return { kind: "ended", end: { kind: "stopped", exitCode: null, reason: reason ?? null, details: [] } };
}

/** Nobody saw its pod. */
function gone(exitCode: number | null, reason: string | null): JobSight {
  return { kind: "ended", end: { kind: "exited", exitCode, reason: reason ?? "its pod is gone", details: [] } };
}
