import { createHash } from "node:crypto";
import { setImmediate as giveWay } from "node:timers/promises";
import { appendAll } from "../../../sdk/base/append-all.ts";
import type { EventRule } from "../../../sdk/base/triggers.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { Events } from "../../datastore/events.ts";
import { Fires } from "../../datastore/fires.ts";
import { GatheredEvents, type GatheringRule } from "../../datastore/gathered-events.ts";
import type { EventRecord } from "../../datastore/kinds/event.ts";
import type { Settings } from "../../settings/read-settings.ts";
import { eventParameters } from "../../launch/deployed/event-parameters.ts";
import { fire, type FiredRun } from "./fire.ts";
import type { ActiveDeployment } from "./known-deployments.ts";
import { type WaitingEvent, WaitingEvents } from "./waiting-events.ts";

export interface FireGatheredOptions {
  /** As the current version has it: which parameters it gives is no part of its key. */
  readonly rule: EventRule;
  readonly settings: Settings;
  /** Names of the deployment's fires whose runs have not ended. */
  readonly open: ReadonlySet<string>;
}

export interface GatherOptions {
  /** See `waitingNames`. @defaultValue listed now */
  readonly waiting?: readonly string[];
  isLate?(): boolean;
}

/** This many go into one run, and data of this many bytes; what is over goes into the next one. */
const MOST = { events: 1000, bytes: 4 * 1024 * 1024 };
/** This many are read at once. */
const AHEAD = 64;

/** A rule that cannot answer an event as it comes. */
export function isGathering({ events, policy }: EventRule): boolean {
  return events.length > 1 || policy === "batch";
}

/** The same in each version that says the same. */
export function keyOfRule({ events, policy }: EventRule): string {
  const text = JSON.stringify([[...events].sort(), policy]);
  return createHash("sha256").update(text).digest("hex").slice(0, 10);
}

/**
 * The events that a rule of a deployment gathers, and the numbered fires that use them. Others gather and fire as well. What is
 * known here of an event and of a fire is read once: it changes by later fires alone, and those are looked for each time.
 */
export class RuleGathering {
  readonly #store: Datastore;
  readonly #deployment: string;
  readonly #prefix: string;
  readonly #fires: Fires;
  readonly #events: Events;
  readonly #gathered: GatheredEvents;
  readonly #waiting = new WaitingEvents();
  /** Number of the last fire that is known; null while none was looked for. */
  #last: number | null = null;
  /** The same as of the look before: what the inbox says of these is newer than they are. */
  #lastBeforeLook: number | null = null;
  /** The events of that fire. Those of the ones before are all marked as taken. */
  #used: ReadonlySet<string> = new Set();
  #isMarked = false;

  /** @param of - see `keyOfRule` */
  constructor(store: Datastore, of: GatheringRule) {
    this.#store = store;
    this.#deployment = of.deployment;
    this.#prefix = `batch-${of.rule}-`;
    this.#fires = new Fires(store.storage);
    this.#events = new Events(store.storage);
    this.#gathered = new GatheredEvents(store.storage, of);
  }

  /** The event waits for the rule. */
  gather(event: string): void {
    this.#gathered.gather(event);
  }

  /**
   * Looks for what others gathered and used. What came before the deployment was on is not for it.
   * @returns false where it did not come to the end in time: the next look goes on from there
   */
  async look({ since }: ActiveDeployment, { waiting, isLate = () => false }: GatherOptions = {}): Promise<boolean> {
    this.#lastBeforeLook = this.#last;
    this.#follow();
    const fresh = this.#gathered.names(waiting).filter((id) => !this.#waiting.has(id) && !this.#used.has(id));
    await inParts(this.#waiting.removeBefore(since), (ids) => this.#gathered.drop(ids));
    for (let at = 0; at < fresh.length; at += AHEAD) {
      if (isLate()) return false;
      const some = this.#gathered.untaken(fresh.slice(at, at + AHEAD));
      this.#events.ahead(some);
      const found = some.map((id) => this.#known(id));
      this.#waiting.add(found.filter((event) => event !== null && event.publishedAt >= since) as WaitingEvent[]);
      this.#gathered.drop(some.filter((id) => !this.#waiting.has(id)));
      await giveWay();
    }
    return true;
  }

  /**
   * Uses what is known to wait, if that is enough for a run: of each of the rule's events one, the oldest, or with `batch` all
   * that wait, once the run before it has ended. Look before each time with `batch`, and list the open fires before that.
   * @returns null where it is not; "later" where somebody fired since the open ones were listed: look again with a new list
   */
  async fire(
    { version }: ActiveDeployment,
    { rule, settings, open }: FireGatheredOptions,
  ): Promise<(FiredRun & { readonly name: string }) | "later" | null> {
    const isBatch = rule.policy === "batch";
    if (isBatch && [...open].some((name) => name.startsWith(this.#prefix))) return null;
    const before = this.#follow();
    if (isBatch && before > 0 && before !== this.#lastBeforeLook) return "later";
    const used = this.#choose(rule);
    if (used === null) return null;
    if (!this.#isMarked) await inParts([...this.#used], (ids) => this.#gathered.take(ids));
    this.#isMarked = true;
    const told = used.map(({ id, name, data, publishedAt }) => ({ id, name, data, publishedAt }));
    const name = `${this.#prefix}${before + 1}`;
    const fired = await fire(this.#store, version, {
      name,
      trigger: { events: told, runs: [], scheduledAt: null },
      parameters: eventParameters(rule, told),
      settings,
    });
    if (fired.isNew) this.#took(before + 1, new Set(told.map(({ id }) => id)));
    return { ...fired, name };
  }

  /** Takes in the fires since the last one that is known. @returns the number of the last one */
  #follow(): number {
    let last = this.#last ?? this.#lastBefore();
    for (;;) {
      const next = this.#fires.find(this.#deployment, `${this.#prefix}${last + 1}`);
      if (next === null) break;
      last += 1;
      this.#took(last, new Set(next.trigger.events.map(({ id }) => id)));
    }
    this.#last = last;
    return last;
  }

  #took(number: number, events: ReadonlySet<string>): void {
    this.#last = number;
    this.#used = events;
    this.#isMarked = false;
    this.#waiting.remove(events);
  }

  /** The one before the last: they are numbered without a gap, from 1. */
  #lastBefore(): number {
    const has = (number: number) => this.#fires.has(this.#deployment, `${this.#prefix}${number}`);
    let above = 1;
    while (has(above)) above *= 2;
    let below = Math.floor(above / 2);
    while (above - below > 1) {
      const middle = Math.floor((above + below) / 2);
      if (has(middle)) below = middle;
      else above = middle;
    }
    return Math.max(0, below - 1);
  }

  #known(id: string): WaitingEvent | null {
    const event = this.#events.find(id);
    if (event === null) return null;
    const { name, data, publishedAt } = event;
    return { id, name, publishedAt, bytes: Buffer.byteLength(JSON.stringify(data)) };
  }

  /** With their data. */
  #choose(rule: EventRule): EventRecord[] | null {
    for (;;) {
      const chosen =
        rule.policy === "batch" ? this.#waiting.allOf(rule.events, MOST) : this.#waiting.oneOfEach(rule.events);
      if (chosen === null) return null;
      const found: EventRecord[] = [];
      for (let at = 0; at < chosen.length; at += AHEAD) {
        const ids = chosen.slice(at, at + AHEAD).map(({ id }) => id);
        this.#events.ahead(ids);
        appendAll(
          found,
          ids.flatMap((id) => this.#events.find(id) ?? []),
        );
      }
      if (found.length === chosen.length) return found;
      // What is not there any more keeps none from being used.
      const there = new Set(found.map(({ id }) => id));
      const gone = chosen.map(({ id }) => id).filter((id) => !there.has(id));
      this.#waiting.remove(gone);
      this.#gathered.drop(gone);
    }
  }
}

/** Other work of the process goes on in between. */
async function inParts(ids: readonly string[], work: (some: readonly string[]) => void): Promise<void> {
  for (let at = 0; at < ids.length; at += AHEAD) {
    work(ids.slice(at, at + AHEAD));
    await giveWay();
  }
}
