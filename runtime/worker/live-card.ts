import type { CardChange } from "../datastore/kinds/cards.ts";

/** The numbers of the components on a card, and which of that is not stored yet. */
export class LiveCard {
  readonly #id: string;
  #holds: number[] = [];
  #stored = 0;
  #isCleared = false;

  constructor(id: string) {
    this.#id = id;
  }

  add(component: number): void {
    this.#holds.push(component);
  }

  clear(): void {
    this.#holds = [];
    this.#stored = 0;
    this.#isCleared = true;
  }

  /** All of it is to be stored once more. */
  renew(): void {
    if (this.#stored === 0) return;
    this.#stored = 0;
    this.#isCleared = true;
  }

  /** What is to be stored; null if nothing is. */
  change(): CardChange | null {
    const fresh = this.#holds.slice(this.#stored);
    this.#stored = this.#holds.length;
    if (this.#isCleared) {
      this.#isCleared = false;
      return { card: this.#id, holds: fresh };
    }
    return fresh.length === 0 ? null : { card: this.#id, adds: fresh };
  }
}
