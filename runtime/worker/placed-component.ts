import { componentState, type ComponentState } from "../../sdk/base/card-component.ts";
import { messageOf } from "../../sdk/base/message-of.ts";
import { FAULT_KIND } from "../datastore/card-fault.ts";
import type { ComponentPut, ComponentPush } from "../datastore/kinds/cards.ts";
import type { Redactor } from "../secrets/redactor.ts";

export interface PlacedOptions {
  readonly number: number;
  onChange(): void;
}

export interface StoreComponent {
  readonly redactor: Redactor | null;
  storeBlob(bytes: Uint8Array): string;
  numberOf(held: ComponentState): number;
  onFault(text: string): void;
}

/** Longer data is a blob: lines are read again and again. */
const MAX_LINE_CHARS = 64 * 1024;
/** Of a line and of the names in it. */
const OVERHEAD_CHARS = 80;

// Kept from before the flow is loaded: a step may replace it.
const { stringify } = JSON;

/** A component on a card of the attempt, and what of it is not stored yet. */
export class PlacedComponent {
  readonly number: number;
  readonly unwatch: () => void;
  readonly #state: ComponentState;
  #isWhole = true;
  #storedChars = 0;
  #outdatedChars = 0;
  #items: unknown[] = [];

  constructor(state: ComponentState, { number, onChange }: PlacedOptions) {
    this.number = number;
    this.#state = state;
    this.unwatch = state.watch({
      changed: () => {
        this.renew();
        onChange();
      },
      pushed: (item) => {
        if (!this.#isWhole) this.#items.push(item);
        onChange();
      },
    });
  }

  /** How much was stored of what it is no more. */
  get outdatedChars(): number {
    return this.#outdatedChars;
  }

  /** All of it is to be stored once more. */
  renew(): void {
    this.#isWhole = true;
    this.#items = [];
  }

  /** What is to be stored; null if nothing is. */
  change(store: StoreComponent): ComponentPut | ComponentPush | null {
    if (!this.#isWhole && this.#items.length === 0) return null;
    const items = this.#items;
    const isWhole = this.#isWhole;
    this.#items = [];
    this.#isWhole = false;
    try {
      return isWhole ? this.#put(store) : { push: this.number, items: maskedData(items, store.redactor) as unknown[] };
    } catch (error) {
      return this.#fault(error, store);
    }
  }

  #put({ redactor, storeBlob, numberOf }: StoreComponent): ComponentPut {
    const { data, bytes, holds } = this.#state.snapshot();
    const shown = maskedData(data, redactor);
    // What is no JSON is found here, and not in the line that has everything else.
    const text = stringify(shown) ?? "null";
    this.#outdatedChars += this.#storedChars;
    this.#storedChars = Math.min(text.length, MAX_LINE_CHARS) + OVERHEAD_CHARS;
    return {
      put: this.number,
      kind: this.#state.kind,
      ...(text.length > MAX_LINE_CHARS ? { blob: storeBlob(Buffer.from(text)) } : { data: shown }),
      ...(bytes === undefined ? {} : { bytes: storeBlob(bytes) }),
      ...(holds === undefined ? {} : { holds: holds.flatMap(componentStates).map(numberOf) }),
    };
  }

  #fault(error: unknown, { redactor, onFault }: StoreComponent): ComponentPut {
    const message = redactor?.text(messageOf(error)) ?? messageOf(error);
    onFault(`a part of a card cannot be shown: ${this.#state.kind}: ${message}`);
    return { put: this.number, kind: FAULT_KIND, data: { of: this.#state.kind, message } };
  }
}

function componentStates(value: unknown): readonly ComponentState[] {
  const state = componentState(value);
  return state === null ? [] : [state];
}

/** Every text, also the names of what is in an object. */
function maskedData(value: unknown, redactor: Redactor | null): unknown {
  if (redactor === null || value === null) return value;
  if (typeof value === "string") return redactor.text(value);
  if (typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item) => maskedData(item, redactor));
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, item]) => [redactor.text(key), maskedData(item, redactor)]));
}
