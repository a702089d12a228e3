import { largest } from "../../../sdk/base/largest.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { Fires } from "../../datastore/fires.ts";
import type { FirePlace, InboxNames } from "../../datastore/inbox-names.ts";
import { Inbox } from "../../datastore/inbox.ts";
import type { FireStart, OpenFire } from "../../datastore/kinds/inbox.ts";
import { heartbeatKey, journalKey, type RunPlace } from "../../datastore/run-keys.ts";
import { keyOfFire } from "./queue-slots.ts";
import type { SchedulerContext } from "./scheduler-context.ts";
import type { RetriedTask, Troubles } from "./troubles.ts";

/** A fire whose run has not ended. */
export interface OpenRun extends FirePlace {
  readonly key: string;
  readonly open: OpenFire;
  readonly flow: string;
  readonly run: string;
  /** Numbers of the starts of its process. */
  readonly starts: readonly number[];
}

/** A fire whose run was not there yet. */
export interface UnbegunFire extends FirePlace {
  readonly key: string;
  readonly open: OpenFire;
}

export interface SeenFires {
  readonly runs: readonly OpenRun[];
  readonly unbegun: readonly UnbegunFire[];
  /** Those of `unbegun` that their writers did not come to the end of: another one goes on. */
  readonly unfinished: readonly UnbegunFire[];
  /** Those of which nobody can say, as their note or what was decided on them cannot be read. */
  readonly unread: readonly FirePlace[];
}

/** Whoever orders a fire has begun its run by then, or died. */
const BEGUN_WITHIN_MS = 5_000;

/** What is open, by the names in the inbox: each note and each fire is read once. */
export class OpenFires {
  readonly #store: Datastore;
  readonly #troubles: Troubles;
  readonly #inbox: Inbox;
  readonly #fires: Fires;
  readonly #notes = new Map<string, OpenFire>();
  readonly #runs = new Map<string, string>();
  readonly #starts = new Map<string, FireStart>();
  /** When each was seen first. */
  readonly #seen = new Map<string, number>();

  constructor({ store, troubles }: Pick<SchedulerContext, "store" | "troubles">) {
    this.#store = store;
    this.#troubles = troubles;
    this.#inbox = new Inbox(store.storage);
    this.#fires = new Fires(store.storage);
  }

  see(names: InboxNames, now: number): SeenFires {
    this.#forget(names);
    const isFresh = (place: FirePlace) => !this.#notes.has(keyOfFire(place)) && this.#troubles.isDue(readingOf(place));
    const fresh = names.fires.filter(isFresh);
    this.#inbox.ahead(fresh.map(({ deployment, fire }) => `fire~${deployment}~${fire}`));
    const starts = startsByFire(names);
    const runs: OpenRun[] = [];
    const unbegun: UnbegunFire[] = [];
    const unfinished: UnbegunFire[] = [];
    const unread: FirePlace[] = [];
    for (const place of names.fires) {
      const key = keyOfFire(place);
      const read = this.#troubles.read(readingOf(place), () => {
        const open = this.#noteOf(place);
        return open === null ? null : { open, run: this.#runOf(place, open.flow) };
      });
      if (read === undefined) unread.push(place);
      if (read === undefined || read === null) continue;
      const { open, run } = read;
      const seenAt = this.#firstSeen(key, now);
      if (run === null) {
        const fire = { ...place, key, open };
        unbegun.push(fire);
        if (now - seenAt >= BEGUN_WITHIN_MS) unfinished.push(fire);
      } else if (run !== SKIPPED)
        runs.push({ ...place, key, open, flow: open.flow, run, starts: starts.get(key) ?? [] });
    }
    return { runs, unbegun, unfinished, unread };
  }

  /** The latest start of a run's process, and since when it is known here; null where it was not started. */
  lastStart(
    run: OpenRun,
    now: number,
  ): { readonly start: FireStart; readonly seenAt: number; readonly number: number } | null {
    const number = Math.max(0, largest(run.starts));
    if (number === 0) return null;
    const name = `start~${run.key}~${number}`;
    const start = this.#starts.get(name) ?? this.#inbox.startOf({ ...run, number });
    if (start === null) return null;
    this.#starts.set(name, start);
    return { start, seenAt: this.#firstSeen(name, now), number };
  }

  #noteOf({ deployment, fire }: FirePlace): OpenFire | null {
    const key = keyOfFire({ deployment, fire });
    const known = this.#notes.get(key) ?? this.#inbox.openFire(deployment, fire);
    if (known !== null) this.#notes.set(key, known);
    return known;
  }

  /** Null while it has not been begun. */
  #runOf(place: FirePlace, flow: string): string | null {
    const key = keyOfFire(place);
    const known = this.#runs.get(key);
    if (known !== undefined) return known;
    const fire = this.#fires.find(place.deployment, place.fire);
    if (fire === null) return null;
    if (fire.skipped !== undefined) {
      this.#inbox.remove([`fire~${key}`]);
      return SKIPPED;
    }
    if (!this.#isBegun({ flow, run: fire.run })) return null;
    this.#runs.set(key, fire.run);
    return fire.run;
  }

  /** What is written last is there: whoever began the run may have died in between. */
  #isBegun(place: RunPlace): boolean {
    const { storage } = this.#store;
    return storage.has(heartbeatKey(place)) || storage.has(journalKey(place));
  }

  #firstSeen(name: string, now: number): number {
    const seenAt = this.#seen.get(name) ?? now;
    this.#seen.set(name, seenAt);
    return seenAt;
  }

  /** What is gone from the inbox. */
  #forget({ fires, starts }: InboxNames): void {
    const there = new Set(fires.map(keyOfFire));
    for (const map of [this.#notes, this.#runs]) for (const key of map.keys()) if (!there.has(key)) map.delete(key);
    const started = new Set(starts.map((start) => `start~${keyOfFire(start)}~${start.number}`));
    for (const name of this.#starts.keys()) if (!started.has(name)) this.#starts.delete(name);
    for (const name of this.#seen.keys()) if (!there.has(name) && !started.has(name)) this.#seen.delete(name);
  }
}

const SKIPPED = "";

function readingOf({ deployment, fire }: FirePlace): RetriedTask {
  return { about: `fire ${fire} of ${deployment}`, task: "read" };
}

function startsByFire({ starts }: InboxNames): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const start of starts) {
    const numbers = found.get(keyOfFire(start)) ?? [];
    numbers.push(start.number);
    found.set(keyOfFire(start), numbers);
  }
  return found;
}
