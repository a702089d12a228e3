import type { CloseOptions } from "../backend.ts";
import type { JobGroup, JobListener, JobRef, JobService, LostGroup, RunName, StepJob } from "../jobs/job-service.ts";
import type { AwsCalls } from "./aws/calls.ts";
import { loadAws } from "./aws/load-aws.ts";
import type { BatchSettings } from "./batch-settings.ts";
import { Caller } from "./caller.ts";
import { checkSteps } from "./check-steps.ts";
import { explained } from "./explained.ts";
import { GroupWatch } from "./group-watch.ts";
import { neverStarted } from "./job-end.ts";
import { logTail } from "./log-tail.ts";
import { Poller } from "./poller.ts";
import { Queues } from "./queues.ts";
import { endOthers, findLost } from "./recover-jobs.ts";
import { stepOptions } from "./step-options.ts";
import { Stopper } from "./stopper.ts";
import { Submitter } from "./submitter.ts";

/** Requests to end jobs that come within this time are put together. */
const GATHER_STOPS_MS = 5;

/** Runs jobs on AWS Batch. */
export function openBatch(listener: JobListener, settings: BatchSettings): JobService {
  return new BatchService(listener, settings);
}

class BatchService implements JobService {
  readonly name = "batch";
  readonly defaultLimit = 200;
  readonly maxGroupSize = 10_000;
  readonly #listener: JobListener;
  readonly #settings: BatchSettings;
  readonly #caller = new Caller(() => this.#calls());
  readonly #queues = new Queues(this.#caller);
  readonly #submitter = new Submitter(this.#caller, this.#queues);
  readonly #stopper = new Stopper(this.#caller);
  readonly #poller: Poller;
  /** Groups with jobs that have not ended, by name. */
  readonly #groups = new Map<string, GroupWatch>();
  /** Batch's names for groups, as long as somebody may ask for their output. */
  readonly #ids = new WeakMap<JobGroup, string>();
  readonly #starting = new Set<Promise<void>>();
  readonly #stopping = new Map<GroupWatch, Set<number>>();
  #aws: Promise<AwsCalls> | null = null;
  #isClosed = false;

  constructor(listener: JobListener, settings: BatchSettings) {
    this.#listener = listener;
    this.#settings = settings;
    this.#poller = new Poller({ caller: this.#caller, listener });
  }

  check(steps: readonly StepJob[]): Promise<void> {
    const warning = (text: string) => this.#listener.warning(text);
    return checkSteps(steps, { settings: this.#settings, queues: this.#queues, warning });
  }

  submit(group: JobGroup): void {
    const watch = this.#watch(group);
    const start = this.#start(watch).finally(() => this.#starting.delete(start));
    this.#starting.add(start);
  }

  stop({ group, index }: JobRef, reason: string): void {
    const watch = this.#groups.get(group.name);
    if (watch?.open.has(index) !== true || watch.stops.has(index)) return;
    watch.stops.set(index, reason);
    this.#end(watch, index);
  }

  async recover(run: RunName, wanted: readonly LostGroup[]): Promise<ReadonlySet<string>> {
    const watches = wanted.map(({ group, id }) => ({ watch: this.#watch(group), id }));
    try {
      const found = await findLost(watches, this.#caller);
      await endOthers(run, {
        queues: new Set([...watches.map(({ watch }) => watch.queue), this.#settings.queue ?? ""]),
        kept: new Set(found.map(({ id }) => id ?? "")),
        caller: this.#caller,
        stopper: this.#stopper,
      });
      for (const { watch } of watches) if (watch.id === null) this.#groups.delete(watch.group.name);
      for (const { watch, id } of watches) {
        if (watch.id !== null && watch.id !== id) this.#listener.submitted(watch.group, watch.id);
        this.#follow(watch);
      }
      return new Set(found.map(({ group }) => group.name));
    } catch (error) {
      throw explained(error, "find the jobs of the interrupted run");
    }
  }

  async tail({ group, index }: JobRef): Promise<readonly string[]> {
    const id = this.#ids.get(group);
    if (id === undefined) return [];
    return (await logTail(group.tasks.length > 1 ? `${id}:${index}` : id, { caller: this.#caller })) ?? [];
  }

  async close({ isTakenOver = false }: CloseOptions = {}): Promise<void> {
    this.#isClosed = true;
    this.#poller.close();
    this.#caller.hurry();
    await Promise.all(this.#starting);
    if (this.#aws === null) return;
    if (!isTakenOver) await this.#endAll();
    (await this.#aws.catch(() => null))?.close();
  }

  #calls(): Promise<AwsCalls> {
    return (this.#aws ??= loadAws(this.#settings.queue));
  }

  #watch(group: JobGroup): GroupWatch {
    const { queue } = stepOptions(group.needs, this.#settings);
    const { cli } = this.#settings;
    const watch: GroupWatch = new GroupWatch(group, { queue: queue ?? "", cli, listener: this.#own(() => watch) });
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
    const { group, queue } = watch;
    const isWanted = () => !this.#isClosed && watch.stops.size < group.tasks.length;
    try {
      if (queue === "") return watch.endAll(neverStarted("there is no job queue"));
      const options = stepOptions(group.needs, this.#settings);
      const id = await this.#submitter.submit(group, { queue, options, isWanted });
      if (id === null)
        return watch.endAll({ ...neverStarted("it was ended before it was submitted"), kind: "stopped" });
      watch.id = id;
      this.#listener.submitted(group, id);
      this.#follow(watch);
      for (const index of watch.stops.keys()) this.#end(watch, index);
    } catch (error) {
      const { headline, details, hint } = explained(error, `start ${group.needs.step}`);
      watch.endAll(neverStarted(headline, [...details, ...(hint === undefined ? [] : [hint])]));
    }
  }

  #follow(watch: GroupWatch): void {
    if (watch.id !== null) this.#ids.set(watch.group, watch.id);
    this.#poller.add(watch);
  }

  #end(watch: GroupWatch, index: number): void {
    if (watch.id === null) return;
    if (this.#stopping.size === 0) setTimeout(() => void this.#endGathered(), GATHER_STOPS_MS);
    const indexes = this.#stopping.get(watch) ?? new Set();
    this.#stopping.set(watch, indexes.add(index));
  }

  async #endGathered(): Promise<void> {
    const all = [...this.#stopping].map(([watch, gathered]) => ({
      watch,
      indexes: [...gathered].filter((index) => watch.open.has(index)),
      reasonOf: (index: number) => watch.stops.get(index) ?? "",
    }));
    this.#stopping.clear();
    await this.#stopper.stop(all).catch((error: unknown) => this.#warn(error));
    for (const { watch } of all) this.#poller.hurry(watch);
  }

  /** With calls of its own, which are tried again although the others no longer are. */
  async #endAll(): Promise<void> {
    const stopper = new Stopper(new Caller(() => this.#calls()));
    const reason = "the run has ended";
    const left = [...this.#groups.values()];
    const requests = left.map((watch) => ({ watch, indexes: [...watch.open.keys()], reasonOf: () => reason }));
    await stopper.stop(requests).catch((error: unknown) => this.#warn(error));
    // Batch gives them half a minute to end, for which nobody waits.
    for (const watch of left) watch.endAll({ kind: "stopped", exitCode: null, reason, details: [] });
  }

  #warn(error: unknown): void {
    const { headline, details } = explained(error, "end jobs");
    this.#listener.warning([headline, ...details].join("; "));
  }
}
