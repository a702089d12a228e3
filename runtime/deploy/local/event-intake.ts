import type { EventRule } from "../../../sdk/base/triggers.ts";
import { Events } from "../../datastore/events.ts";
import { eventFire, Fires } from "../../datastore/fires.ts";
import type { EventRecord } from "../../datastore/kinds/event.ts";
import { eventParameters } from "../../launch/deployed/event-parameters.ts";
import { fire } from "./fire.ts";
import { fireGathered, gather, isGathering } from "./fire-gathered.ts";
import type { ActiveDeployment } from "./known-deployments.ts";
import type { SchedulerContext } from "./scheduler-context.ts";

/** Starts what events start. */
export class EventIntake {
  readonly #context: SchedulerContext;
  readonly #events: Events;
  readonly #fires: Fires;
  /** Deployments of which something may have been gathered that is enough now. */
  readonly #ripe = new Set<string>();

  constructor(context: SchedulerContext) {
    this.#context = context;
    this.#events = new Events(context.store.storage);
    this.#fires = new Fires(context.store.storage);
  }

  /** A deployment was read, or a run of it has ended. */
  changed(name: string): void {
    this.#ripe.add(name);
  }

  /** @param ids - of events that nobody has handled, oldest first */
  async take(ids: readonly string[]): Promise<void> {
    const { inbox, troubles } = this.#context;
    inbox.ahead(ids.map((id) => `event~${id}`));
    for (const id of ids)
      await troubles.guard(`event ${id}`, async () => {
        const event = this.#events.find(id);
        if (event !== null) await this.#handle(event);
        inbox.remove([`event~${id}`]);
      });
  }

  /** @param open - names of the open fires of a deployment */
  async fireGathered(open: (deployment: string) => ReadonlySet<string>): Promise<void> {
    const { deployments, troubles } = this.#context;
    for (const name of [...this.#ripe]) {
      const active = deployments.active.get(name);
      const rules = active?.version.triggers.events.filter(isGathering) ?? [];
      const isDone = await troubles.guard(name, async () => {
        if (active === undefined) return;
        for (const rule of rules) await this.#useUp(active, rule, new Set(open(name)));
      });
      if (isDone) this.#ripe.delete(name);
    }
  }

  async #handle(event: EventRecord): Promise<void> {
    const { deployments, store, tell } = this.#context;
    const started: string[] = [];
    for (const active of deployments.active.values()) {
      if (event.publishedAt < active.since) continue;
      for (const rule of active.version.triggers.events) {
        if (!rule.events.includes(event.name)) continue;
        started.push(active.name);
        if (isGathering(rule)) {
          gather(store, rule, { deployment: active.name, event: event.id });
          this.#ripe.add(active.name);
        } else await this.#fire(active, { rule, event });
      }
    }
    tell({ type: "event", event: event.id, name: event.name, deployments: [...new Set(started)] });
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

  /** As long as there is enough. */
  async #useUp(active: ActiveDeployment, rule: EventRule, open: Set<string>): Promise<void> {
    const { store, settings, tell } = this.#context;
    for (;;) {
      const fired = await fireGathered(store, { active, rule }, { settings, open });
      if (fired === null) return;
      open.add(fired.name);
      if (fired.isNew) tell({ type: "fired", deployment: active.name, fire: fired.name, run: fired.run });
    }
  }
}
