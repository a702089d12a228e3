import { randomBytes } from "node:crypto";
import os from "node:os";
import process from "node:process";
import { largest } from "../../../sdk/base/largest.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { Inbox } from "../../datastore/inbox.ts";
import type { ProductionSchedulerRecord } from "../../datastore/kinds/production-scheduler.ts";
import { isSchedulerAlive, ProductionSchedulers } from "../../datastore/production-schedulers.ts";
import type { QueueSettings } from "../../settings/queues.ts";
import type { Settings } from "../../settings/read-settings.ts";
import { EventIntake } from "./event-intake.ts";
import { InstantWatch } from "./instant-watch.ts";
import { type DeploymentNow, KnownDeployments } from "./known-deployments.ts";
import { RunStarter } from "./run-starter.ts";
import type { SchedulerContext } from "./scheduler-context.ts";
import type { SchedulerNews } from "./scheduler-news.ts";
import { type RetriedTask, Troubles } from "./troubles.ts";

export interface ProductionSchedulerOptions {
  readonly store: Datastore;
  readonly settings: Settings;
  /** Runs that it drives at once. */
  readonly slots: number;
  readonly queues: QueueSettings;
  tell(news: SchedulerNews): void;
}

/** How often it looks into the inbox; where each look is a request, more often while something waits. */
const LOOK_MS = 250;
const REMOTE_LOOK_MS = 5_000;
const REMOTE_BUSY_LOOK_MS = 1_000;
/** For this long after something happened a look soon may find more. */
const BUSY_FOR_MS = 15_000;
const BEAT_MS = 15_000;
/** Another scheduler may still be deciding on instants older than its last sign of life. */
const LOOK_BACK_MS = 120_000;
/** After such a gap changes may have been missed. */
const SLEPT_MS = 300_000;
/** Signs of life of those that are gone stay for this long. */
const REMEMBERED_MS = 24 * 3_600_000;
const MAX_TIMER_MS = 2 ** 31 - 1;
const LOOKING: RetriedTask = { about: "this scheduler", task: "look" };
const BEATING: RetriedTask = { about: "this scheduler", task: "beat" };

/**
 * Fires schedules, events and finishes of the local deployments of a store, and runs them. Any number of them share the work:
 * each decision is an object that is created only if absent, and what one leaves unfinished another one finds in the inbox.
 */
export class ProductionScheduler {
  readonly #options: ProductionSchedulerOptions;
  readonly #context: SchedulerContext;
  readonly #schedulers: ProductionSchedulers;
  readonly #instants: InstantWatch;
  readonly #events: EventIntake;
  readonly #runs: RunStarter;
  readonly #startedAt = Date.now();
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | null = null;
  #isWoken = false;
  #isClosed = false;
  #lastTick = Date.now();
  #beats: NodeJS.Timeout | undefined;
  #isLoaded = false;
  #hasFired = false;
  #busyUntil = 0;
  #settledUntil: number;

  constructor(options: ProductionSchedulerOptions) {
    this.#options = options;
    const { store, settings } = options;
    this.#schedulers = new ProductionSchedulers(store.storage);
    const tell = (news: SchedulerNews) => {
      if (news.type !== "began") this.#busyUntil = Date.now() + BUSY_FOR_MS;
      if (news.type === "fired") this.#hasFired = true;
      options.tell(news);
    };
    const others = this.#schedulers.all();
    this.#forgetOld(others);
    this.#settledUntil = Math.max(0, largest(others.map((one) => one.settledUntil)));
    const decidedUntil = this.#settledUntil - LOOK_BACK_MS;
    const deployments = new KnownDeployments(store, {
      decidedUntil,
      changed: (name, now) => this.#changed(name, now),
      failed: (name, error) => this.#context.troubles.note(readingOf(name), error),
      mended: (name) => this.#context.troubles.over(readingOf(name)),
    });
    this.#context = {
      id: `${os.hostname().replaceAll(/[^\w.-]/g, "_")}-${process.pid}-${randomBytes(3).toString("hex")}`,
      inbox: new Inbox(store.storage),
      troubles: new Troubles(tell),
      ...{ store, settings, deployments, tell },
    };
    this.#instants = new InstantWatch(this.#context, decidedUntil);
    this.#events = new EventIntake(this.#context);
    this.#runs = new RunStarter(this.#context, {
      slots: options.slots,
      queues: options.queues,
      driverEnded: () => this.wake(),
      runEnded: (deployment) => {
        this.#events.changed(deployment);
        // What follows it, and what waited for it.
        this.#isWoken = true;
      },
    });
  }

  /** Runs whose processes it started. */
  get drives(): number {
    return this.#runs.drivers.count;
  }

  /** Loads what there is, and begins. */
  async start(): Promise<void> {
    const { deployments, tell } = this.#context;
    deployments.load();
    await this.#beat();
    this.#beats = setInterval(() => void this.#context.troubles.guard(BEATING, () => this.#beat()), BEAT_MS);
    const names = this.#context.inbox.names();
    deployments.see(names.changes, Date.now());
    this.#isLoaded = true;
    tell({ type: "began", deployments: deployments.active.size, slots: this.#options.slots, open: names.fires.length });
    this.#plan(0);
  }

  /** Something may have happened. */
  wake(): void {
    this.#isWoken = true;
    if (this.#working === null) this.#plan(0);
  }

  /** Ends; the processes of runs go on. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#beats);
    await this.#working;
    this.#runs.drivers.leave();
    await this.#beat({ isEnd: true });
  }

  /** Asks the runs that it drives to end, and waits for them. */
  async stopRuns(): Promise<void> {
    // None is started in place of those that end.
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#working;
    await this.#runs.drivers.stop();
  }

  #plan(inMs: number): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.#tick(), Math.min(Math.max(0, inMs), MAX_TIMER_MS));
  }

  async #tick(): Promise<void> {
    if (this.#working !== null) return;
    this.#isWoken = false;
    this.#working = this.#context.troubles.guard(LOOKING, () => this.#work()).then(() => undefined);
    await this.#working;
    this.#working = null;
    this.#plan(this.#isWoken ? 0 : this.#pauseMs(Date.now()));
  }

  async #work(): Promise<void> {
    const now = Date.now();
    const { inbox, deployments } = this.#context;
    if (now - this.#lastTick > SLEPT_MS) deployments.load();
    this.#lastTick = now;
    const names = inbox.names();
    const old = deployments.see(names.changes, now);
    inbox.remove(old.map((change) => `changed~${change.deployment}~${change.sequence}`));
    for (const name of this.#runs.see(names, now)) this.#events.changed(name);
    await this.#runs.finished(names.finished);
    if (!(await this.#events.take(names.events))) this.#isWoken = true;
    await this.#instants.look(now, this.#runs);
    const isAllFired = await this.#events.fireGathered((deployment) => this.#runs.openOf(deployment));
    if (!isAllFired) this.#isWoken = true;
    this.#settledUntil = Math.max(this.#settledUntil, this.#instants.settledUntil(now));
    // What was fired just now is in no list before this one.
    if (this.#hasFired) for (const name of this.#runs.see(inbox.names(), now)) this.#events.changed(name);
    this.#hasFired = false;
    await this.#runs.work(Date.now());
  }

  #changed(name: string, { state, active }: DeploymentNow): void {
    this.#context.troubles.changed(name);
    this.#instants.changed(name, active);
    this.#events.changed(name);
    if (!this.#isLoaded) return;
    const isRemoved = state === null || state.isRemoved;
    const is = isRemoved ? "removed" : "paused";
    const version = state?.version ?? null;
    this.#context.tell({ type: "deployment", deployment: name, state: active === null ? is : "on", version });
  }

  #pauseMs(now: number): number {
    const isRemote = this.#options.store.storage.isRemote;
    const isBusy = this.#runs.isBusy || now < this.#busyUntil;
    const lookMs = isRemote ? (isBusy ? REMOTE_BUSY_LOOK_MS : REMOTE_LOOK_MS) : LOOK_MS;
    return Math.min(lookMs, (this.#instants.nextToTry ?? Infinity) - now);
  }

  async #beat({ isEnd = false }: { isEnd?: boolean } = {}): Promise<void> {
    const time = Date.now();
    await this.#schedulers.write({
      ...{ id: this.#context.id, host: os.hostname(), pid: process.pid, startedAt: this.#startedAt, time },
      ...{ slots: this.#options.slots, running: this.#runs.running },
      nextDue: this.#instants.next,
      settledUntil: this.#settledUntil,
      endedAt: isEnd ? time : null,
    });
  }

  /** But the one that knows up to when all was decided. */
  #forgetOld(others: readonly ProductionSchedulerRecord[]): void {
    const latest = others.reduce((found, one) => Math.max(found, one.settledUntil), 0);
    const isOld = (one: ProductionSchedulerRecord) =>
      one.settledUntil < latest && !isSchedulerAlive(one) && Date.now() - one.time > REMEMBERED_MS;
    this.#schedulers.remove(others.filter(isOld).map(({ id }) => id));
  }
}

function readingOf(about: string): RetriedTask {
  return { about, task: "read" };
}
