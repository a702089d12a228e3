import os from "node:os";
import process from "node:process";
import { largest } from "../../../sdk/base/largest.ts";
import { hasCode } from "../../../sdk/base/millrace-error.ts";
import type { FirePlace, InboxNames } from "../../datastore/inbox-names.ts";
import { thisMachine } from "../../datastore/reader/is-alive.ts";
import { readRunHeader } from "../../datastore/reader/read-run.ts";
import type { RunHeader } from "../../datastore/reader/run-summary.ts";
import { withdrawDetached } from "../../launch/detached/withdraw-detached.ts";
import type { QueueSettings } from "../../settings/queues.ts";
import { Drivers } from "./drivers.ts";
import { fireOpen } from "./fire.ts";
import { followFinished } from "./follow-finished.ts";
import { OpenFires, type OpenRun, type UnbegunFire } from "./open-fires.ts";
import { keyOfFire, QueueSlots } from "./queue-slots.ts";
import type { SchedulerContext } from "./scheduler-context.ts";
import { hasEnded, StartedRuns } from "./started-runs.ts";
import { WaitReasons } from "./wait-reasons.ts";
import { waitingOrder } from "./waiting-order.ts";

export interface RunStarterOptions {
  readonly slots: number;
  readonly queues: QueueSettings;
  /** A process that drives a run has ended. */
  driverEnded(): void;
  /** A run of the deployment has ended, or cannot be begun. */
  runEnded(deployment: string): void;
}

/** Starts the processes of runs that wait, as slots, queues and priorities allow, and sees them to their end. */
export class RunStarter {
  readonly drivers: Drivers;
  readonly #context: SchedulerContext;
  readonly #options: RunStarterOptions;
  readonly #fires: OpenFires;
  readonly #queues: QueueSlots;
  readonly #started: StartedRuns;
  readonly #reasons: WaitReasons;
  #adopted = 0;
  #waiting = 0;
  #open: readonly OpenRun[] = [];
  #unbegun: readonly UnbegunFire[] = [];
  #unfinished: readonly UnbegunFire[] = [];
  /** They count as open: their runs may go on. */
  #unread: readonly FirePlace[] = [];
  /** Every fire that was in the last list, but those concluded since. */
  #listed: readonly FirePlace[] = [];
  /** Keys of fires whose runs cannot be begun, as their version or release cannot be read: nothing waits for them. */
  readonly #stuck = new Set<string>();

  constructor(context: SchedulerContext, options: RunStarterOptions) {
    this.#context = context;
    this.#options = options;
    this.#fires = new OpenFires(context);
    this.#queues = new QueueSlots(context);
    this.drivers = new Drivers({
      location: context.store.storage.location,
      settings: context.settings,
      ended: () => options.driverEnded(),
    });
    this.#started = new StartedRuns(context, { drivers: this.drivers, fires: this.#fires });
    this.#reasons = new WaitReasons(context.store);
  }

  /** Runs that this scheduler answers for. */
  get running(): number {
    return this.drivers.count + this.#adopted;
  }

  /** Runs that could start soon: it is worth looking again before long. */
  get isBusy(): boolean {
    return this.#waiting > 0;
  }

  /** Whether a run of the deployment is open, or will be; backfills aside, and the fire of that name. */
  hasOpen(deployment: string, { besides }: { readonly besides: string }): boolean {
    const counts = (of: UnbegunFire) =>
      of.deployment === deployment && of.fire !== besides && of.open.limit === undefined;
    return (
      this.#open.some((run) => counts(run) && !this.#started.isOver(run)) ||
      this.#unbegun.some((fire) => counts(fire) && !this.#stuck.has(fire.key)) ||
      this.#unread.some((of) => of.deployment === deployment && of.fire !== besides)
    );
  }

  /** Names of its open fires, also of those whose runs were not there yet. */
  openOf(deployment: string): ReadonlySet<string> {
    const open = this.#listed.filter((place) => place.deployment === deployment && !this.#stuck.has(keyOfFire(place)));
    return new Set(open.map(({ fire }) => fire));
  }

  /**
   * Takes in what the inbox says, without starting anything.
   * @returns deployments of which a fire was open and is so no longer, whoever concluded it
   */
  see(names: InboxNames, now: number): ReadonlySet<string> {
    const { runs, unbegun, unfinished, unread } = this.#fires.see(names, now);
    const there = new Set(names.fires.map(keyOfFire));
    const gone = this.#listed.filter((place) => !there.has(keyOfFire(place)));
    this.#listed = names.fires;
    this.#open = runs;
    this.#unbegun = unbegun;
    this.#unfinished = unfinished;
    this.#unread = unread;
    const missing = new Set(unbegun.map(({ key }) => key));
    for (const key of this.#stuck) if (!missing.has(key)) this.#stuck.delete(key);
    this.#queues.see(names.slots, there);
    this.#started.see(runs);
    this.#reasons.see(runs);
    const orphans = names.starts.filter((start) => !there.has(keyOfFire(start)));
    const rest = [...orphans.map((start) => `start~${keyOfFire(start)}~${start.number}`), ...this.#queues.outdated()];
    this.#context.inbox.remove(rest);
    return new Set(gone.map(({ deployment }) => deployment));
  }

  /** Concludes what has ended, goes on with what was cut off, and starts what may start. */
  async work(now: number): Promise<void> {
    const { troubles } = this.#context;
    for (const unfinished of this.#unfinished) {
      const { deployment, fire, key } = unfinished;
      if (await troubles.retry({ about: deployment, task: `begin ${fire}` }, () => this.#finish(unfinished)))
        this.#stuck.delete(key);
      else if (!this.#stuck.has(key)) {
        this.#stuck.add(key);
        this.#options.runEnded(deployment);
      }
    }
    const waiting: OpenRun[] = [];
    const ended = new Set<string>();
    this.#adopted = 0;
    for (const run of this.#open) {
      await troubles.retry({ about: `${run.flow}/${run.run}`, task: "see" }, async () => {
        const state = this.#started.look(run, now);
        if (state.is === "ended") {
          await this.#conclude(run, state.header);
          ended.add(run.key);
        } else if (state.is === "waiting") waiting.push(run);
        else if (state.isAdopted) this.#adopted += 1;
      });
    }
    this.#open = this.#open.filter((run) => !ended.has(run.key));
    if (ended.size > 0) this.#listed = this.#listed.filter((place) => !ended.has(keyOfFire(place)));
    await this.#startAll(waiting, now);
  }

  async #finish({ deployment, fire, open }: UnbegunFire): Promise<void> {
    const { deployments, store, settings, tell } = this.#context;
    const version = deployments.version(deployment, open.version);
    const fired = await fireOpen(store, version, { name: fire, open, settings });
    if (fired.isNew) tell({ type: "fired", deployment, fire, run: fired.run });
  }

  async #startAll(waiting: readonly OpenRun[], now: number): Promise<void> {
    const ordered = waitingOrder(
      waiting.map((run) => ({ run, priority: run.open.queue?.priority ?? 0, time: run.open.time })),
      now,
    );
    const first = firstByDeployment(this.#open);
    let left = 0;
    for (const { run } of ordered) {
      await this.#context.troubles.guard({ about: `${run.flow}/${run.run}`, task: "start" }, () => {
        const because = this.#start(run, { now, first: first.get(run.deployment) ?? run });
        if (because === null) return this.#reasons.started(run);
        left += 1;
        this.#reasons.note(run, because, now);
      });
    }
    this.#waiting = left;
  }

  /** @returns what the run waits for; null where its process was started, by this scheduler or another one */
  #start(run: OpenRun, of: StartOptions): string | null {
    const held = this.#heldBy(run, of);
    if (held !== null) return held;
    const places: { readonly queue: string; readonly slots: number; readonly because: string }[] = [];
    const { queue, limit } = run.open;
    const slots = queue === null ? undefined : this.#options.queues[queue.name]?.slots;
    if (queue !== null && slots !== undefined)
      places.push({ queue: queue.name, slots, because: `a slot of the queue ${queue.name}, which has ${slots}` });
    if (limit !== undefined)
      places.push({
        queue: `limit-${limit.name}`,
        slots: limit.runs,
        because: `its turn: ${limit.runs} of ${limit.name} go on at once`,
      });
    const fire = { deployment: run.deployment, fire: run.fire };
    // Nothing is taken for a run that has to wait for another place.
    for (const { queue: name, slots: of, because } of places)
      if (!this.#queues.isOpen(name, { slots: of, fire })) return because;
    for (const { queue: name, slots: of, because } of places)
      if (!this.#queues.take(name, { slots: of, fire })) return because;
    const number = Math.max(0, largest(run.starts)) + 1;
    const by = { time: Date.now(), scheduler: this.#context.id, host: os.hostname(), pid: process.pid };
    if (!this.#context.inbox.start({ ...run, number }, by)) return null;
    const pid = this.drivers.start(run.key, run);
    const { deployment, run: id } = run;
    this.#context.tell({ type: "started", deployment, run: id, pid, attempt: number });
    return null;
  }

  /** Texts that stay the same while a run waits: each change is written down for each run. */
  #heldBy(run: OpenRun, { now, first }: StartOptions): string | null {
    if (this.running >= this.#options.slots) return "a scheduler with a free slot";
    const isBehind = first.key !== run.key || this.#unread.some(({ deployment }) => deployment === run.deployment);
    if (run.open.isInTurn && isBehind) return "the runs of its deployment before it";
    return this.#started.mayStart(run, now) ? null : "its process to be started again, as it died";
  }

  async #conclude(run: OpenRun, header: RunHeader | null): Promise<void> {
    const { store, inbox, troubles, tell } = this.#context;
    const { deployment, flow, run: id, starts, key } = run;
    let isFollowed = true;
    if (header === null) await withdrawDetached(store, run, `its process died ${starts.length} times`);
    else {
      const following = { about: `${flow}/${id}`, task: "follow" };
      isFollowed = await troubles.guard(following, () => followFinished(this.#context, header));
      // One that cannot follow does not keep this one open: whoever sees the note tries again.
      if (!isFollowed) inbox.finished({ flow, run: id });
    }
    const done = [`fire~${key}`, ...starts.map((number) => `start~${key}~${number}`)];
    inbox.remove(isFollowed ? [...done, `finished~${flow}~${id}`] : done);
    this.#options.runEnded(deployment);
    if (header === null) tell({ type: "given-up", deployment, run: id, starts: starts.length });
    else tell({ type: "ended", deployment, run: id, status: header.status });
  }

  /** Runs that ended, whatever drove them: what follows them starts. */
  async finished(runs: InboxNames["finished"]): Promise<void> {
    const { store, inbox, troubles } = this.#context;
    for (const { flow, run } of runs)
      await troubles.retry({ about: `${flow}/${run}`, task: "follow" }, async () => {
        const header = headerOrGone(store, { flow, run });
        if (header !== null && !hasEnded(header)) return;
        if (header !== null) await followFinished(this.#context, header);
        this.#started.ended(flow, run);
        inbox.remove([`finished~${flow}~${run}`]);
      });
  }
}

interface StartOptions {
  readonly now: number;
  /** Of the open runs of its deployment, the one whose turn it is. */
  readonly first: OpenRun;
}

/** Of each deployment the open run that comes before all others; those of a backfill do not count. */
function firstByDeployment(open: readonly OpenRun[]): ReadonlyMap<string, OpenRun> {
  const found = new Map<string, OpenRun>();
  for (const run of open) {
    if (run.open.limit !== undefined) continue;
    const first = found.get(run.deployment);
    if (first === undefined || isBefore(run, first)) found.set(run.deployment, run);
  }
  return found;
}

/** Null for a run that was removed. */
function headerOrGone(
  store: SchedulerContext["store"],
  at: { readonly flow: string; readonly run: string },
): RunHeader | null {
  try {
    return readRunHeader(store, { ...at, observer: thisMachine });
  } catch (error) {
    if (hasCode(error, "MILLRACE_UNKNOWN_RUN")) return null;
    throw error;
  }
}

function isBefore(one: OpenRun, other: OpenRun): boolean {
  const at = (run: OpenRun) => run.open.trigger.scheduledAt ?? run.open.time;
  return at(one) < at(other) || (at(one) === at(other) && one.fire < other.fire);
}
