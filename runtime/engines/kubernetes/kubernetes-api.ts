import { isMillraceError, type MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { RunSecrets } from "../../secrets/run-secrets.ts";
import type { JobGroup, LostGroup, RunName, StepJob } from "../jobs/job-service.ts";
import type { GroupWatch } from "../jobs/polling/group-watch.ts";
import type { ApiFailure, JobApi, JobStop, KeptGroup, LookOptions } from "../jobs/polling/job-api.ts";
import { broughtSecrets } from "./brought-secrets.ts";
import { checkSteps } from "./check-steps.ts";
import { KubeClient, type KubeRequest } from "./client/kube-client.ts";
import { KubeFailure } from "./client/kube-failure.ts";
import { FollowedGroup } from "./followed-group.ts";
import { type HandedOverSecret, handedOverSecret } from "./handed-over-secret.ts";
import { JobDeleter } from "./job-deleter.ts";
import { jobManifest } from "./job-manifest.ts";
import { listAt, textAt } from "./json-at.ts";
import { kubernetesError } from "./kubernetes-error.ts";
import type { KubernetesSettings } from "./kubernetes-settings.ts";
import { jobId, objectName, placeOfJob, runSelector } from "./object-name.ts";
import { PodCache } from "./pod-cache.ts";
import { PodLogs } from "./pod-logs.ts";
import { START_WAIT_MS } from "./pod-sight.ts";
import { submissionFailure } from "./submission-failure.ts";
import { type StepPodOptions, stepPodOptions } from "./step-pod-options.ts";

export interface KubernetesApiOptions {
  readonly settings: KubernetesSettings;
  readonly secrets: RunSecrets;
  /** Where pods find the datastore if it is a folder; null for a bucket. */
  readonly storeFolder: string | null;
  readonly startWaitMs?: number;
}

/** Kubernetes, as the polling kit asks it: one watch tells of all pods of a run, and a look reads what it told. */
export class KubernetesApi implements JobApi {
  readonly title = "Kubernetes";
  readonly limits = {
    // The cluster has a queue of its own; more would only be waiting pods.
    defaultLimit: 1000,
    maxGroupSize: 1000,
    // A node looks at its containers once a second, and tells of them after that.
    tellsEndsLate: true,
    submissions: { perSecond: 30, burst: 20 },
  };
  readonly #options: KubernetesApiOptions;
  readonly #client: KubeClient;
  /** For what is tried again even at the end. */
  #endClient: KubeClient | null = null;
  readonly #deleter = new JobDeleter(() => this.#endClient ?? this.#client);
  readonly #logs: PodLogs;
  readonly #caches = new Map<string, PodCache>();
  readonly #followed = new WeakMap<GroupWatch, FollowedGroup>();
  /** Those that steps name. */
  readonly #namespaces = new Set<string>();
  #wake: () => void = () => undefined;
  #warning: (text: string) => void = () => undefined;
  #hasToldFull = false;

  constructor(options: KubernetesApiOptions) {
    this.#options = options;
    this.#client = new KubeClient(options.settings.context);
    this.#logs = new PodLogs(this.#client);
  }

  async check(steps: readonly StepJob[], warning: (text: string) => void): Promise<void> {
    this.#warning = warning;
    const { settings, storeFolder } = this.#options;
    await checkSteps(steps, { client: this.#client, settings, storeFolder });
    for (const step of steps) this.#namespaces.add(await this.#namespaceOf(stepPodOptions(step, settings)));
  }

  async prepare(): Promise<void> {
    // A Job holds all that it needs.
  }

  async submit(group: JobGroup): Promise<string> {
    const own = this.#optionsOf(group);
    const options = { ...own, secrets: [...own.secrets, ...broughtSecrets(this.#options.secrets, group.needs.step)] };
    const namespace = await this.#namespaceOf(options);
    const secret = handedOverSecret(group, { namespace, secrets: this.#options.secrets });
    const manifest = jobManifest(group, { namespace, options, handedOver: secret?.ref ?? null });
    const path = `/apis/batch/v1/namespaces/${namespace}/jobs`;
    const name = objectName(group.name);
    const job = await this.#create({ path, body: manifest, maxTries: 1 }).catch((error: unknown) => {
      if (this.failureOf(error)?.kind === "full") this.#tellFull(error);
      throw error;
    });
    if (secret !== null) {
      const there = job ?? (await this.#client.json({ path: `${path}/${name}` }));
      await this.#handOver(secret, { namespace, uid: textAt(there, "metadata", "uid") ?? "" });
    }
    return jobId(namespace, name);
  }

  onNews(wake: () => void): void {
    this.#wake = wake;
  }

  async look(watches: readonly GroupWatch[], { onRequest, isOver }: LookOptions): Promise<ReadonlySet<GroupWatch>> {
    const underWay = new Set<GroupWatch>();
    let failure: unknown = null;
    for (const watch of watches) {
      const cache = this.#cacheOf(watch);
      failure ??= cache.failure;
      if (isOver()) continue;
      if (!cache.isKnown || (await this.#follow(watch, cache).look(onRequest))) underWay.add(watch);
    }
    if (failure !== null) throw failure;
    return underWay;
  }

  async find(groups: readonly LostGroup[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const there = new Map<string, Promise<ReadonlyMap<string, string>>>();
    const found = new Map<string, readonly string[]>();
    for (const { group, id } of groups) {
      const namespace = id === null ? await this.#namespaceOf(this.#optionsOf(group)) : placeOfJob(id).namespace;
      const key = jobId(namespace, runSelector(group.run));
      const known = there.get(key) ?? this.#jobsOf(namespace, group.run);
      there.set(key, known);
      const name = objectName(group.name);
      const uid = (await known).get(name);
      found.set(group.name, uid === undefined ? [] : [jobId(namespace, name)]);
      // Whoever created the Job may not have come to its Secret.
      const secret = uid === undefined ? null : handedOverSecret(group, { namespace, secrets: this.#options.secrets });
      if (secret === null || uid === undefined) continue;
      await this.#handOver(secret, { namespace, uid }).catch((error: unknown) => {
        if (!isMillraceError(error)) throw error;
        found.set(group.name, []);
      });
    }
    return found;
  }

  async stop(requests: readonly JobStop[]): Promise<void> {
    const whole = requests.filter(({ watch, indexes }) => indexes.length > 0 && indexes.length === watch.open.size);
    await this.#deleter.now(whole.map(({ watch }) => watch.id).filter((id) => id !== null));
    for (const { watch, indexes } of requests) {
      if (watch.id === null) continue;
      const followed = this.#follow(watch, this.#cacheOf(watch));
      if (whole.some((request) => request.watch === watch)) followed.noteDeleted();
      else await followed.stop(indexes);
    }
  }

  async stopOthers(run: RunName, kept: readonly KeptGroup[]): Promise<void> {
    const ids = new Set(kept.map(({ id }) => id));
    for (const namespace of this.#namespaces) {
      const names = await this.#jobsOf(namespace, run);
      const others = [...names.keys()].map((name) => jobId(namespace, name)).filter((id) => !ids.has(id));
      await this.#deleter.now(others);
    }
  }

  async stopTwins(): Promise<void> {
    // There are none: a Job is created under a name of its own, once.
  }

  tail({ id, index }: { readonly id: string; readonly index: number }): Promise<readonly string[]> {
    return Promise.resolve(this.#logs.kept(`${id}#${index}`));
  }

  failureOf(error: unknown): ApiFailure | null {
    return submissionFailure(error);
  }

  explained(error: unknown, task: string): MillraceError {
    return kubernetesError(error, task);
  }

  hurry(): void {
    this.#endClient = new KubeClient(this.#options.settings.context);
    this.#client.hurry();
  }

  async close(): Promise<void> {
    for (const cache of this.#caches.values()) cache.close();
    await this.#deleter.flush().catch(() => undefined);
    this.#endClient?.close();
    this.#client.close();
  }

  /** Creates an object, or finds that an earlier request has: its name is its own. */
  async #create(request: Pick<KubeRequest, "path" | "body" | "maxTries">): Promise<unknown> {
    try {
      return await this.#client.json({ method: "POST", ...request });
    } catch (error) {
      if (!(error instanceof KubeFailure) || error.kind !== "exists") throw error;
      return null;
    }
  }

  #tellFull(error: unknown): void {
    if (this.#hasToldFull) return;
    this.#hasToldFull = true;
    const { message } = error as KubeFailure;
    this.#warning(
      `Kubernetes takes no more jobs until the namespace's quota has room, so others wait here: ${message}`,
    );
  }

  /** Pods wait for the Secret; where there will never be one, their Job goes. */
  async #handOver(secret: HandedOverSecret, { namespace, uid }: { namespace: string; uid: string }): Promise<void> {
    try {
      await this.#create({ path: `/api/v1/namespaces/${namespace}/secrets`, body: secret.objectFor(uid) });
    } catch (error) {
      if (this.failureOf(error)?.kind === "unclear") throw error;
      await this.#deleter.now([jobId(namespace, secret.ref.name)]).catch(() => undefined);
      throw kubernetesError(error, "hand over secrets");
    }
  }

  #optionsOf({ needs }: JobGroup): StepPodOptions {
    return stepPodOptions(needs, this.#options.settings);
  }

  async #namespaceOf({ namespace }: StepPodOptions): Promise<string> {
    return namespace ?? (await this.#client.namespace());
  }

  #follow(watch: GroupWatch, cache: PodCache): FollowedGroup {
    const known = this.#followed.get(watch);
    if (known !== undefined) return known;
    const { startWaitMs = START_WAIT_MS } = this.#options;
    const of = { cache, client: this.#client, deleter: this.#deleter, logs: this.#logs, startWaitMs };
    const followed = new FollowedGroup(watch, { ...of, now: () => performance.now() });
    this.#followed.set(watch, followed);
    return followed;
  }

  #cacheOf({ id, group }: GroupWatch): PodCache {
    const { namespace } = placeOfJob(id ?? "");
    const selector = runSelector(group.run);
    const key = jobId(namespace, selector);
    const known = this.#caches.get(key);
    if (known !== undefined) return known;
    const cache = new PodCache({ client: this.#client, namespace, selector, onNews: () => this.#wake() });
    this.#caches.set(key, cache);
    return cache;
  }

  /** Their uids, by name. */
  async #jobsOf(namespace: string, run: RunName): Promise<ReadonlyMap<string, string>> {
    const path = `/apis/batch/v1/namespaces/${namespace}/jobs`;
    const uids = new Map<string, string>();
    let query: Record<string, string> = { labelSelector: runSelector(run), limit: "500" };
    for (;;) {
      const page = await this.#client.json({ path, query });
      for (const job of listAt(page, "items"))
        if (textAt(job, "metadata", "deletionTimestamp") === null)
          uids.set(textAt(job, "metadata", "name") ?? "", textAt(job, "metadata", "uid") ?? "");
      const next = textAt(page, "metadata", "continue") ?? "";
      if (next === "") return uids;
      query = { ...query, continue: next };
    }
  }
}
