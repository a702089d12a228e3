import { setImmediate as giveWay } from "node:timers/promises";
import type { EventRule } from "../../../sdk/base/triggers.ts";
import { Events } from "../../datastore/events.ts";
import { eventFire, Fires } from "../../datastore/fires.ts";
import { waitingNames } from "../../datastore/gathered-events.ts";
import type { EventRecord } from "../../datastore/kinds/event.ts";
import { eventParameters } from "../../launch/deployed/event-parameters.ts";
import { fire } from "./fire.ts";
import type { ActiveDeployment } from "./known-deployments.ts";
import { OneByOne } from "./one-by-one.ts";
import { isGathering, keyOfRule, RuleGathering } from "./rule-gathering.ts";
import type { SchedulerContext } from "./scheduler-context.ts";
import type { RetriedTask } from "./troubles.ts";

/** This many are handled, then others get a turn. */
const AT_ONCE = 64;
/** After this time other work of the scheduler comes first. */
const MOST_MS = 1_000;

/** Starts what events start. */
export class EventIntake {
  readonly #context: SchedulerContext;
  readonly #events: Events;
  readonly #fires: Fires;
  /** Of each deployment the rules that gather, by their keys. */
  readonly #gatherings = new Map<string, Map<string, RuleGathering>>();
  /** Deployments of which something may have been gathered that is enough now. */
  readonly #ripe = new Set<string>();
  /** Events that were gathered, for which deployments: their notes go once these have looked at what they have. */
  readonly #gathered = new Map<string, readonly string[]>();

  constructor(context: SchedulerContext) {
    this.#context = context;
    this.#events = new Events(context.store.storage);
    this.#fires = new Fires(context.store.storage);
  }

  /** A deployment was read, or a run of it has ended. */
  changed(name: string): void {
    this.#ripe.add(name);
  }

  /**
   * @param ids - of events that nobody has handled, oldest first
   * @returns false where some of them have to wait for the next time
   */
  async take(ids: readonly string[]): Promise<boolean> {
    const { inbox, troubles } = this.#context;
    const began = Date.now();
    const fresh = ids.filter((id) => !this.#gathered.has(id) && troubles.isDue(takingOf(id)));
    for (let at = 0; at < fresh.length; at += AT_ONCE) {
      if (Date.now() - began > MOST_MS) return false;
      const some = fresh.slice(at, at + AT_ONCE);
      this.#events.ahead(some);
      const done: string[] = [];
      for (const id of some)
        await troubles.retry(takingOf(id), async () => {
          const event = this.#events.find(id);
          const gatherers = event === null ? [] : await this.#handle(event);
          if (gatherers.length === 0) done.push(id);
          else this.#gathered.set(id, gatherers);
        });
      inbox.remove(done.map(noteOf));
      await giveWay();
    }
    return true;
  }

  /**
   * @param open - names of the open fires of a deployment
   * @returns false where there is more to do the next time
   */
  async fireGathered(open: (deployment: string) => ReadonlySet<string>): Promise<boolean> {
    const { deployments, troubles } = this.#context;
    const began = Date.now();
    const isLate = () => Date.now() - began > MOST_MS;
    for (const name of [...this.#ripe]) {
      if (isLate()) break;
      const active = deployments.active.get(name);
      // Behind the others, should something be left.
      this.#ripe.delete(name);
      let isDone = false;
      await troubles.retry({ about: name, task: "gathering" }, async () => {
        isDone = await this.#useUp(active, { name, open: open(name), isLate });
      });
      if (!isDone) this.#ripe.add(name);
    }
    const done = [...this.#gathered].filter(([, names]) => !names.some((name) => this.#ripe.has(name)));
    for (let at = 0; at < done.length; at += AT_ONCE) {
      const some = done.slice(at, at + AT_ONCE).map(([id]) => id);
      for (const id of some) this.#gathered.delete(id);
      this.#context.inbox.remove(some.map(noteOf));
      await giveWay();
    }
    return !isLate();
  }

  /** @returns deployments that gather it */
  async #handle(event: EventRecord): Promise<string[]> {
    const { deployments, tell } = this.#context;
    const started: string[] = [];
    const gatherers: string[] = [];
    const others = new OneByOne();
    for (const active of deployments.active.values()) {
      if (event.publishedAt < active.since) continue;
      for (const rule of active.version.triggers.events) {
        if (!rule.events.includes(event.name)) continue;
        started.push(active.name);
        if (isGathering(rule)) {
          this.#gatheringOf(active.name, rule).gather(event.id);
          this.#ripe.add(active.name);
          gatherers.push(active.name);
        } else await others.also(() => this.#fire(active, { rule, event }));
      }
    }
    others.done();
    tell({ type: "event", event: event.id, name: event.name, deployments: [...new Set(started)] });
    return gatherers;
  }

  async #fire(
    { name: deployment, version }: ActiveDeployment,
    { rule, event }: { readonly rule: EventRule; readonly event: EventRecord },
  ): Promise<void> {
    const { store, settings, tell } = this.#context;
    const name = eventFire(event.id);
    if (this.#fires.has(deployment, name)) return;
    const { id, data, publishedAt } = event;
    const told = { id, name: event.name, data, publishedAt };
    const trigger = { events: [told], runs: [], scheduledAt: null };
    const fired = await fire(store, version, { name, trigger, settings, parameters: eventParameters(rule, [told]) });
    if (fired.isNew) tell({ type: "fired", deployment, fire: name, run: fired.run });
  }

  /**
   * As long as there is enough, and time.
   * @param active - undefined for a deployment that is off
   */
  async #useUp(active: ActiveDeployment | undefined, { name, open, isLate }: UseUpOptions): Promise<boolean> {
    const { settings, tell } = this.#context;
    const rules = active?.version.triggers.events.filter(isGathering) ?? [];
    this.#forget(name, rules);
    if (active === undefined) return true;
    if (rules.length === 0) return true;
    const waiting = waitingNames(this.#context.store.storage, name);
    let isDone = true;
    for (const rule of rules) {
      const gathering = this.#gatheringOf(name, rule);
      if (!(await gathering.look(active, { waiting, isLate }))) return false;
      for (;;) {
        const fired = await gathering.fire(active, { rule, settings, open });
        if (fired === null) break;
        if (fired === "later") {
          isDone = false;
          break;
        }
        if (fired.isNew) tell({ type: "fired", deployment: name, fire: fired.name, run: fired.run });
        await giveWay();
        if (isLate()) return false;
      }
    }
    return isDone;
  }

  #gatheringOf(deployment: string, rule: EventRule): RuleGathering {
    const ofDeployment = this.#gatherings.get(deployment) ?? new Map<string, RuleGathering>();
    this.#gatherings.set(deployment, ofDeployment);
    const key = keyOfRule(rule);
    const known = ofDeployment.get(key) ?? new RuleGathering(this.#context.store, { deployment, rule: key });
    ofDeployment.set(key, known);
    return known;
  }

  /** All but these. */
  #forget(deployment: string, rules: readonly EventRule[]): void {
    const keys = new Set(rules.map(keyOfRule));
    const ofDeployment = this.#gatherings.get(deployment);
    for (const key of ofDeployment?.keys() ?? []) if (!keys.has(key)) ofDeployment?.delete(key);
    if (keys.size === 0) this.#gatherings.delete(deployment);
  }
}

interface UseUpOptions {
  readonly name: string;
  readonly open: ReadonlySet<string>;
  readonly isLate: () => boolean;
}

function takingOf(id: string): RetriedTask {
  return { about: `event ${id}`, task: "take" };
}

function noteOf(id: string): string {
  return `event~${id}`;
}
