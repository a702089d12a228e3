import { type FirePlace, slotName, type SlotPlace } from "../../datastore/inbox-names.ts";
import type { Inbox } from "../../datastore/inbox.ts";
import type { SchedulerContext } from "./scheduler-context.ts";
import type { Troubles } from "./troubles.ts";

/** Who has the slots of the store's queues: all schedulers see the same. */
export class QueueSlots {
  readonly #inbox: Inbox;
  readonly #troubles: Troubles;
  /** Of each name what it says, which never changes. */
  readonly #holders = new Map<string, FirePlace>();
  /** Names of those whose runs have ended. */
  readonly #over = new Set<string>();
  /** Names of those that were found taken though no list had their fires: so they count until the next list. */
  readonly #late = new Set<string>();
  #slots: readonly SlotPlace[] = [];
  /** Of each queue the last holder of each slot. */
  readonly #last = new Map<string, Map<number, SlotPlace>>();
  #open: ReadonlySet<string> = new Set();

  constructor({ inbox, troubles }: Pick<SchedulerContext, "inbox" | "troubles">) {
    this.#inbox = inbox;
    this.#troubles = troubles;
  }

  /** @param open - keys of the fires whose runs have not ended, as listed together with the slots */
  see(slots: readonly SlotPlace[], open: ReadonlySet<string>): void {
    this.#slots = slots;
    this.#open = open;
    this.#last.clear();
    for (const place of slots) this.#note(place);
    const there = new Set(slots.map(slotName));
    for (const of of [this.#holders, this.#over]) for (const name of of.keys()) if (!there.has(name)) of.delete(name);
    this.#late.clear();
  }

  /** Whether one of so many is free, or the fire's own. */
  isOpen(queue: string, { slots, fire }: SlotsFor): boolean {
    const last = [...this.#lastOf(queue)].map(([slot, place]) => ({ slot, holder: this.#holderOf(place) }));
    const isOwn = last.some(({ holder }) => holder === keyOfFire(fire));
    return isOwn || last.filter(({ slot, holder }) => slot < slots && holder !== null).length < slots;
  }

  /**
   * Takes one of so many for a fire, or finds the one that it has: whoever took that for it may have died. It is the fire's
   * until its run has ended.
   * @returns false where none is free
   */
  take(queue: string, { slots, fire }: SlotsFor): boolean {
    const own = keyOfFire(fire);
    const last = this.#lastOf(queue);
    if ([...last.values()].some((place) => this.#holderOf(place) === own)) return true;
    for (let slot = 0; slot < slots; slot += 1) {
      const before = last.get(slot);
      if (before !== undefined && this.#holderOf(before) !== null) continue;
      const place: SlotPlace = { queue, slot, number: (before?.number ?? 0) + 1 };
      if (this.#inbox.take(place, { time: Date.now(), ...fire })) this.#holders.set(slotName(place), fire);
      this.#slots = [...this.#slots, place];
      this.#note(place);
      if (this.#holderOf(place) === own) return true;
    }
    return false;
  }

  /** Names that say nothing any more: of each slot all but the last few. */
  outdated(): readonly string[] {
    const isOld = ({ queue, slot, number }: SlotPlace) =>
      number < (this.#last.get(queue)?.get(slot)?.number ?? 0) - KEPT;
    return this.#slots.filter(isOld).map(slotName);
  }

  #lastOf(queue: string): ReadonlyMap<number, SlotPlace> {
    return this.#last.get(queue) ?? NONE;
  }

  #note(place: SlotPlace): void {
    const last = this.#last.get(place.queue) ?? new Map<number, SlotPlace>();
    this.#last.set(place.queue, last);
    if (place.number > (last.get(place.slot)?.number ?? 0)) last.set(place.slot, place);
  }

  /** The fire that has it, as a key; null where its run has ended. */
  #holderOf(place: SlotPlace): string | null {
    const name = slotName(place);
    if (this.#over.has(name)) return null;
    const holder = this.#holders.get(name) ?? this.#read(place);
    if (holder === null) return UNKNOWN;
    this.#holders.set(name, holder);
    const key = keyOfFire(holder);
    if (this.#open.has(key) || this.#late.has(name)) return key;
    // The list may be older than the fire, whose note goes when its run has ended.
    const isOver = !this.#inbox.isOpen(holder.deployment, holder.fire);
    (isOver ? this.#over : this.#late).add(name);
    return isOver ? null : key;
  }

  /**
   * Null where its name was outdated and has gone: by now others had the slot, and the next list tells who. The same where it
   * cannot be read: whoever has it may go on.
   */
  #read(place: SlotPlace): FirePlace | null {
    const about = `slot ${place.slot} of the queue ${place.queue}`;
    return this.#troubles.read({ about, task: slotName(place) }, () => this.#inbox.slotAt(place)) ?? null;
  }
}

interface SlotsFor {
  readonly slots: number;
  readonly fire: FirePlace;
}

/** A scheduler that slept meanwhile may still count by an older one. */
const KEPT = 50;
const NONE: ReadonlyMap<number, SlotPlace> = new Map();
/** No fire has this key. */
const UNKNOWN = "";

export function keyOfFire({ deployment, fire }: FirePlace): string {
  return `${deployment}~${fire}`;
}
