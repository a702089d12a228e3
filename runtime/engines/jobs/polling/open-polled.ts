import { setMaxListeners } from "node:events";
import type { CloseOptions } from "../../compute-backend.ts";
import type { JobEnd, JobGroup, JobListener, JobRef, JobService, LostGroup, RunName, StepJob } from "../job-service.ts";
import { GatheredStops } from "./gathered-stops.ts";
import { GroupWatch } from "./group-watch.ts";
import type { JobApi, JobStop } from "./job-api.ts";
import { Poller } from "./poller.ts";
import { Submitter } from "./submitter.ts";

export interface PolledOptions {
  /** Of the engine. */
  readonly name: string;
  readonly api: JobApi;
  readonly listener: JobListener;
}

/** Makes a service of a cluster that has to be asked. */
export function openPolled(options: PolledOptions): JobService {
  return new PolledService(options);
}

class PolledService implements JobService {
  readonly name: string;
  readonly defaultLimit: number;
  readonly maxGroupSize: number;
  readonly tellsEndsLate: boolean | undefined;
  readonly #api: JobApi;
  readonly #listener: JobListener;
  readonly #abort = new AbortController();
  readonly #submitter: Submitter;
  readonly #poller: Poller;
  readonly #stops = new GatheredStops((requests) => this.#sendStops(requests));
  /** Groups with jobs that have not ended, by name. */
  readonly #groups = new Map<string, GroupWatch>();
  /** The cluster's names for groups, as long as somebody may ask for their output. */
  readonly #ids = new WeakMap<JobGroup, string>();
  readonly #starting = new Set<Promise<void>>();
  #hasToldStop = false;

  constructor({ name, api, listener }: PolledOptions) {
    this.name = name;
    this.defaultLimit = api.limits.defaultLimit;
    this.maxGroupSize = api.limits.maxGroupSize;
    this.tellsEndsLate = api.limits.tellsEndsLate;
    this.#api = api;
    this.#listener = listener;
    // A thousand groups may wait for their turn.
    setMaxListeners(0, this.#abort.signal);
    const warning = (text: string) => this.#listener.warning(text);
    this.#submitter = new Submitter(api, { signal: this.#abort.signal, warning });
    this.#poller = new Poller({ api, listener, now: steadyNow });
    api.onNews?.(() => this.#poller.wake());
  }

  async check(steps: readonly StepJob[]): Promise<void> {
    await this.#api.check(steps, (text) => this.#listener.warning(text));
    this.#submitter.noteContact();
  }

  async isOnSpot(needs: StepJob): Promise<boolean> {
    return (await this.#api.isOnSpot?.(needs)) === true;
  }

  submit(group: JobGroup): void {
    const start = this.#start(this.#watch(group)).finally(() => this.#starting.delete(start));
    this.#starting.add(start);
  }

  stop({ group, index }: JobRef, reason: string): void {
    const watch = this.#groups.get(group.name);
    if (watch?.open.has(index) !== true || watch.stops.has(index)) return;
    watch.stops.set(index, reason);
    this.#end(watch, index);
  }

  async recover(run: RunName, wanted: readonly LostGroup[]): Promise<ReadonlySet<string>> {
    const watches = wanted.map(({ group, id }) => ({ watch: this.#watch(group), noted: id }));
    try {
      const ids = await this.#api.find(wanted);
      for (const { watch } of watches) watch.id = ids.get(watch.group.name)?.[0] ?? null;
      await this.#api.stopOthers(
        run,
        watches.map(({ watch: { group, id } }) => ({ group, id })),
      );
    } catch (error) {
      throw this.#api.explained(error, "find the jobs of the interrupted run");
    }
    for (const { watch, noted } of watches) {
      if (watch.id === null) this.#groups.delete(watch.group.name);
      else if (watch.id !== noted) this.#listener.submitted(watch.group, watch.id);
      this.#follow(watch);
    }
    return new Set(watches.flatMap(({ watch: { group, id } }) => (id === null ? [] : [group.name])));
  }

  async tail({ group, index }: JobRef): Promise<readonly string[]> {
    const id = this.#ids.get(group);
    return id === undefined ? [] : await this.#api.tail({ group, id, index });
  }

  async close({ isSuperseded = false }: CloseOptions = {}): Promise<void> {
    this.#abort.abort();
    this.#poller.close();
    this.#api.hurry();
    await Promise.all(this.#starting);
    if (!isSuperseded) await this.#endAll();
    await this.#api.close();
  }

  #watch(group: JobGroup): GroupWatch {
    const watch: GroupWatch = new GroupWatch(group, { listener: this.#own(() => watch), now: steadyNow });
    this.#groups.set(group.name, watch);
    return watch;
  }

  /** Tells the listener, and keeps house. */
  #own(watchOf: () => GroupWatch): JobListener {
    const listener = this.#listener;
    return {
      submitted: (group, id) => listener.submitted(group, id),
      warning: (text) => listener.warning(text),
      state: (job, state) => listener.state(job, state),
      running: (job) => {
        listener.running(job);
        const watch = watchOf();
        // Asked to end before it was there to be ended: the request has left no trace.
        if (watch.stops.has(job.index)) this.#end(watch, job.index);
      },
      ended: (job, end) => {
        if (watchOf().open.size === 0) this.#groups.delete(job.group.name);
        listener.ended(job, end);
      },
    };
  }

  async #start(watch: GroupWatch): Promise<void> {
    const { group } = watch;
    const isWanted = () => !this.#abort.signal.aborted && watch.stops.size < group.tasks.length;
    try {
      const id = await this.#submitter.submit(group, isWanted);
      if (id === null) return watch.endAll(NOT_WANTED);
      watch.id = id;
      this.#listener.submitted(group, id);
      this.#follow(watch);
      for (const index of watch.stops.keys()) this.#end(watch, index);
    } catch (error) {
      const { headline, details, hint } = this.#api.explained(error, `start ${group.needs.step}`);
      const lines = [...details, ...(hint === undefined ? [] : [hint])];
      watch.endAll({ kind: "not-started", exitCode: null, reason: headline, details: lines });
    }
  }

  #follow(watch: GroupWatch): void {
    if (watch.id !== null) this.#ids.set(watch.group, watch.id);
    this.#poller.add(watch);
  }

  #end(watch: GroupWatch, index: number): void {
    if (watch.id !== null) this.#stops.add(watch, index);
  }

  async #sendStops(requests: readonly JobStop[]): Promise<void> {
    try {
      await this.#api.stop(requests);
      this.#hasToldStop = false;
    } catch (error) {
      if (!this.#hasToldStop) this.#warn(error);
      this.#hasToldStop = true;
      this.#stopAgain(requests);
    }
    for (const { watch } of requests) this.#poller.hurry(watch);
  }

  /** Jobs that nobody wants would hold their places for hours. */
  #stopAgain(requests: readonly JobStop[]): void {
    const again = () => {
      if (this.#abort.signal.aborted) return;
      for (const { watch, indexes } of requests)
        for (const index of indexes) if (watch.open.has(index)) this.#end(watch, index);
    };
    setTimeout(again, STOP_AGAIN_MS * (1 + 2 * Math.random())).unref();
  }

  async #endAll(): Promise<void> {
    const left = [...this.#groups.values()];
    if (left.length === 0) return;
    const reason = "the run has ended";
    const requests = left.map((watch) => ({ watch, indexes: [...watch.open.keys()], reasonOf: () => reason }));
    await this.#api.stop(requests).catch((error: unknown) => this.#warn(error));
    // The cluster gives them some time to end, for which nobody waits.
    for (const watch of left) watch.endAll({ kind: "stopped", exitCode: null, reason, details: [] });
  }

  #warn(error: unknown): void {
    const { headline, details } = this.#api.explained(error, "end jobs");
    this.#listener.warning([headline, ...details].join("; "));
  }
}

/** The least; the most is three times as long. */
const STOP_AGAIN_MS = 10_000;

const NOT_WANTED: JobEnd = {
  kind: "stopped",
  exitCode: null,
  reason: "it was ended before it was submitted",
  details: [],
};

function steadyNow(): number {
  return performance.now();
}
