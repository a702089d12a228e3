import { createHash } from "node:crypto";
import type { EventRule } from "../../../sdk/base/triggers.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { Events } from "../../datastore/events.ts";
import { Fires } from "../../datastore/fires.ts";
import { GatheredEvents } from "../../datastore/gathered-events.ts";
import type { EventRecord } from "../../datastore/kinds/event.ts";
import type { Settings } from "../../settings/read-settings.ts";
import { eventParameters } from "../../launch/deployed/event-parameters.ts";
import { fire, type FiredRun } from "./fire.ts";
import type { ActiveDeployment } from "./known-deployments.ts";

export interface FireGatheredOptions {
  readonly settings: Settings;
  /** Names of the deployment's fires whose runs have not ended. */
  readonly open: ReadonlySet<string>;
}

/** So many go into one run, and data of so many bytes; what is over goes into the next one. */
const MAX_EVENTS = 1000;
const MAX_BYTES = 4 * 1024 * 1024;

/** A rule that cannot answer an event as it comes. */
export function isGathering({ events, policy }: EventRule): boolean {
  return events.length > 1 || policy === "batch";
}

/** The event waits for its rule. */
export function gather(store: Datastore, rule: EventRule, of: { deployment: string; event: string }): void {
  gatheredOf(store, rule, of.deployment).gather(of.event);
}

/**
 * Uses what a rule has gathered, if that is enough for a run: of each of its events one, the oldest, or with `batch` all that
 * wait, once the run before it has ended.
 * @returns null where it is not
 */
export async function fireGathered(
  store: Datastore,
  { active, rule }: { readonly active: ActiveDeployment; readonly rule: EventRule },
  { settings, open }: FireGatheredOptions,
): Promise<(FiredRun & { readonly name: string }) | null> {
  const { name: deployment, version, since } = active;
  const prefix = `batch-${ruleKey(rule)}-`;
  if (rule.policy === "batch" && [...open].some((name) => name.startsWith(prefix))) return null;
  const gathered = gatheredOf(store, rule, deployment);
  const fires = new Fires(store.storage);
  const last = lastNumber(fires, deployment, prefix);
  const before = last === 0 ? null : fires.find(deployment, `${prefix}${last}`);
  gathered.take(before?.trigger.events.map(({ id }) => id) ?? []);
  const events = eventsOf(store, gathered, since);
  const used = rule.policy === "batch" ? allOf(rule, events) : oneOfEach(rule, events);
  if (used === null) return null;
  const told = used.map(({ id, name, data, publishedAt }) => ({ id, name, data, publishedAt }));
  const name = `${prefix}${last + 1}`;
  const fired = await fire(store, version, {
    name,
    trigger: { events: told, runs: [], scheduledAt: null },
    parameters: eventParameters(rule, told),
    settings,
  });
  return { ...fired, name };
}

function gatheredOf(store: Datastore, rule: EventRule, deployment: string): GatheredEvents {
  return new GatheredEvents(store.storage, { deployment, rule: ruleKey(rule) });
}

/** The same in each version that says the same. */
function ruleKey({ events, policy }: EventRule): string {
  const text = JSON.stringify([[...events].sort(), policy]);
  return createHash("sha256").update(text).digest("hex").slice(0, 10);
}

/** They are numbered without a gap, from 1. */
function lastNumber(fires: Fires, deployment: string, prefix: string): number {
  const has = (number: number) => fires.has(deployment, `${prefix}${number}`);
  let above = 1;
  while (has(above)) above *= 2;
  let below = Math.floor(above / 2);
  while (above - below > 1) {
    const middle = Math.floor((above + below) / 2);
    if (has(middle)) below = middle;
    else above = middle;
  }
  return below;
}

/** What came before the deployment was on is not for it. */
function eventsOf(store: Datastore, gathered: GatheredEvents, since: number): EventRecord[] {
  const all = new Events(store.storage);
  const found: EventRecord[] = [];
  const gone: string[] = [];
  for (const id of gathered.waiting()) {
    const event = all.find(id);
    if (event === null || event.publishedAt < since) gone.push(id);
    else found.push(event);
  }
  gathered.drop(gone);
  return found;
}

function oneOfEach(rule: EventRule, events: readonly EventRecord[]): EventRecord[] | null {
  const found = rule.events.map((name) => events.find((event) => event.name === name));
  if (found.includes(undefined)) return null;
  return byTime(found as EventRecord[]);
}

function allOf(rule: EventRule, events: readonly EventRecord[]): EventRecord[] | null {
  const first = oneOfEach(rule, events);
  if (first === null) return null;
  const used = new Set(first);
  let bytes = sizeOf(first);
  for (const event of events) {
    if (used.has(event)) continue;
    bytes += sizeOf([event]);
    if (used.size >= MAX_EVENTS || bytes > MAX_BYTES) break;
    used.add(event);
  }
  return byTime([...used]);
}

function sizeOf(events: readonly EventRecord[]): number {
  return events.reduce((sum, { data }) => sum + Buffer.byteLength(JSON.stringify(data)), 0);
}

function byTime(events: readonly EventRecord[]): EventRecord[] {
  return [...events].sort((a, b) => (a.id < b.id ? -1 : 1));
}
