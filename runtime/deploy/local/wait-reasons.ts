import type { Datastore } from "../../datastore/datastore.ts";
import { RECORD_FORMAT } from "../../datastore/records.ts";
import type { OpenRun } from "./open-fires.ts";

/** Most runs wait for a moment alone: nobody needs to read why. */
const WORTH_TELLING_MS = 1_500;

/** Records what runs wait for, whenever that changes. */
export class WaitReasons {
  readonly #store: Datastore;
  readonly #told = new Map<string, { readonly since: number; text: string | null }>();

  constructor(store: Datastore) {
    this.#store = store;
  }

  /** Takes in which runs are open; the others are forgotten. */
  see(open: readonly OpenRun[]): void {
    const there = new Set(open.map(({ key }) => key));
    for (const key of this.#told.keys()) if (!there.has(key)) this.#told.delete(key);
  }

  note({ key, flow, run }: OpenRun, waitsFor: string, now: number): void {
    const told = this.#told.get(key) ?? { since: now, text: null };
    this.#told.set(key, told);
    if (told.text === waitsFor || now - told.since < WORTH_TELLING_MS) return;
    told.text = waitsFor;
    const written = this.#store.record(flow, run).writeWaits({ format: RECORD_FORMAT, time: now, waitsFor });
    // It is for people alone.
    if (written instanceof Promise) written.catch(() => undefined);
  }

  started({ key }: OpenRun): void {
    this.#told.delete(key);
  }
}
