import { type FirePlace, slotName, type SlotPlace } from "../../datastore/inbox-names.ts";
import type { Inbox } from "../../datastore/inbox.ts";

/** Who has the slots of the store's queues: all schedulers see the same. */
export class QueueSlots {
  readonly #inbox: Inbox;
  /** Of each name what it says, which never changes. */
  readonly #holders = new Map<string, string>();
  #slots: readonly SlotPlace[] = [];
  #open: ReadonlySet<string> = new Set();

  constructor(inbox: Inbox) {
    this.#inbox = inbox;
  }

  /** @param open - keys of the fires whose runs have not ended, as listed together with the slots */
  see(slots: readonly SlotPlace[], open: ReadonlySet<string>): void {
    this.#slots = slots;
    this.#open = open;
    const there = new Set(slots.map(slotName));
    for (const name of this.#holders.keys()) if (!there.has(name)) this.#holders.delete(name);
  }

  /** How many are taken. */
  taken(queue: string): number {
    return [...this.#lastOf(queue)].filter(([, place]) => this.#isHeld(place)).length;
  }

  /** Takes one of so many for a fire; null where none is free. */
  take(queue: string, of: { readonly slots: number; readonly fire: FirePlace }): SlotPlace | null {
    const last = this.#lastOf(queue);
    for (let slot = 0; slot < of.slots; slot += 1) {
      const before = last.get(slot);
      if (before !== undefined && this.#isHeld(before)) continue;
      const place: SlotPlace = { queue, slot, number: (before?.number ?? 0) + 1 };
      if (!this.#inbox.take(place, { time: Date.now(), ...of.fire })) continue;
      this.#slots = [...this.#slots, place];
      this.#holders.set(slotName(place), keyOfFire(of.fire));
      return place;
    }
    return null;
  }

  /** Gives back what was taken just now. */
  release(place: SlotPlace): void {
    this.#slots = this.#slots.filter((one) => one !== place);
    this.#inbox.remove([slotName(place)]);
  }

  /** Names that say nothing any more: of each slot all but the last few. */
  outdated(): readonly string[] {
    const last = new Map<string, number>();
    for (const { queue, slot, number } of this.#slots)
      last.set(`${queue}~${slot}`, Math.max(number, last.get(`${queue}~${slot}`) ?? 0));
    const isOld = ({ queue, slot, number }: SlotPlace) => number < (last.get(`${queue}~${slot}`) ?? 0) - KEPT;
    return this.#slots.filter(isOld).map(slotName);
  }

  #lastOf(queue: string): Map<number, SlotPlace> {
    const last = new Map<number, SlotPlace>();
    for (const place of this.#slots)
      if (place.queue === queue && place.number > (last.get(place.slot)?.number ?? 0)) last.set(place.slot, place);
    return last;
  }

  #isHeld(place: SlotPlace): boolean {
    const name = slotName(place);
    let holder = this.#holders.get(name);
    if (holder === undefined) {
      const taken = this.#inbox.slotAt(place);
      if (taken === null) return false;
      holder = keyOfFire(taken);
      this.#holders.set(name, holder);
    }
    return this.#open.has(holder);
  }
}

/** A scheduler that slept meanwhile may still count by an older one. */
const KEPT = 50;

export function keyOfFire({ deployment, fire }: FirePlace): string {
  return `${deployment}~${fire}`;
}
