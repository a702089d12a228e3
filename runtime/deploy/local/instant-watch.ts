import { Fires, instantFire } from "../../datastore/fires.ts";
import { newRunId } from "../../datastore/new-run-id.ts";
import { type DueInstant, dueInstants, nextDue } from "./due-instants.ts";
import { fire } from "./fire.ts";
import type { ActiveDeployment } from "./known-deployments.ts";
import type { SchedulerContext } from "./scheduler-context.ts";

/** What of a deployment is open, for instants that are not to overlap. */
export interface OpenOf {
  /**
   * Whether a run of the deployment waits or goes on, or will; those of a backfill do not count.
   * @param besides - name of a fire that does not count either
   */
  hasOpen(deployment: string, of: { readonly besides: string }): boolean;
}

/** Fires the instants of schedules. */
export class InstantWatch {
  readonly #context: SchedulerContext;
  readonly #fires: Fires;
  /** Of each deployment: all instants up to here have been decided on. */
  readonly #handled = new Map<string, number>();
  readonly #next = new Map<string, number>();
  readonly #from: number;
  /** Deployments of which what was due could not be decided on at the last look. */
  readonly #stuck = new Set<string>();

  /** @param from - all instants before have been decided on, by schedulers that lived before */
  constructor(context: SchedulerContext, from: number) {
    this.#context = context;
    this.#fires = new Fires(context.store.storage);
    this.#from = from;
  }

  /** A deployment is new, or another one than before; null for one that is off. */
  changed(name: string, active: ActiveDeployment | null): void {
    this.#next.delete(name);
    if (active === null || active.schedules.length === 0) {
      // When it is on again, that counts from then.
      this.#handled.delete(name);
      return;
    }
    const handled = this.#handled.get(name) ?? this.#from;
    this.#handled.set(name, handled);
    const next = nextDue(active.schedules, handled);
    if (next !== null) this.#next.set(name, next);
  }

  /** The earliest instant that has not been decided on. */
  get next(): number | null {
    return earliest(this.#next.values());
  }

  /** The same without deployments that are stuck: these are tried again before long, not at once. */
  get nextToTry(): number | null {
    return earliest([...this.#next].flatMap(([name, instant]) => (this.#stuck.has(name) ? [] : [instant])));
  }

  /** All instants before have been decided on. */
  settledUntil(now: number): number {
    return Math.min(now, (this.next ?? Infinity) - 1);
  }

  /** Decides on what is due. */
  async look(now: number, open: OpenOf): Promise<void> {
    const { deployments, troubles } = this.#context;
    this.#stuck.clear();
    for (const [name, next] of this.#next) {
      if (next > now) continue;
      const active = deployments.active.get(name);
      if (active === undefined) this.#next.delete(name);
      else if (!(await troubles.retry({ about: name, task: "instants" }, () => this.#decide(active, now, open))))
        this.#stuck.add(name);
    }
  }

  async #decide(active: ActiveDeployment, now: number, open: OpenOf): Promise<void> {
    const { name, schedules } = active;
    const { due, until } = dueInstants(schedules, { from: this.#handled.get(name) ?? this.#from, now });
    let hasFired = false;
    for (const one of due) {
      // Another scheduler may be deciding on the same one: it is not in its own way.
      const isBusy: boolean = hasFired || open.hasOpen(name, { besides: instantFire(one.instant) });
      hasFired = (await this.#fire(active, one, isBusy)) || hasFired;
    }
    this.#handled.set(name, until);
    const next = nextDue(schedules, until);
    if (next === null) this.#next.delete(name);
    else this.#next.set(name, next);
  }

  /** @returns whether a run follows */
  async #fire({ name: deployment, version }: ActiveDeployment, due: DueInstant, isBusy: boolean): Promise<boolean> {
    const { store, settings, tell } = this.#context;
    const { instant, overlap, isLate } = due;
    const name = instantFire(instant);
    const before = this.#fires.find(deployment, name);
    if (before !== null) return before.skipped === undefined;
    const trigger = { events: [], runs: [], scheduledAt: instant };
    // What was missed is caught up with one by one.
    if (overlap === "skip" && isBusy && !isLate) {
      const because = "the run before it still went on";
      const draft = { deployment, version: version.version, run: newRunId(Date.now()), time: Date.now() };
      const { isNew } = this.#fires.decide(name, { ...draft, trigger, parameters: {}, skipped: because });
      if (isNew) tell({ type: "skipped", deployment, fire: name, because });
      return false;
    }
    const fired = await fire(store, version, {
      ...{ name, trigger, settings, parameters: {} },
      isInTurn: overlap === "queue" || (overlap === "skip" && isLate),
    });
    if (fired.isNew) tell({ type: "fired", deployment, fire: name, run: fired.run });
    return fired.skipped === null;
  }
}

function earliest(instants: Iterable<number>): number | null {
  let found: number | null = null;
  for (const instant of instants) if (found === null || instant < found) found = instant;
  return found;
}
