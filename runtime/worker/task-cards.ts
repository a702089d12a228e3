import {
  type CardComponent,
  COMPONENT,
  componentState,
  type ComponentState,
  type CurrentCard,
  type TaskCard,
} from "../../sdk/base/card-component.ts";
import { messageOf } from "../../sdk/base/message-of.ts";
import type { CardSettings } from "../../sdk/base/step-settings.ts";
import type { CardChange } from "../datastore/kinds/cards.ts";
import { RECORD_FORMAT } from "../datastore/records.ts";
import type { Appender } from "../datastore/storage.ts";
import type { Redactor } from "../secrets/redactor.ts";
import { AttemptLines } from "./attempt-lines.ts";
import { LiveCard } from "./live-card.ts";
import { Pacing } from "./pacing.ts";
import { PlacedComponent } from "./placed-component.ts";

export interface TaskCardsOptions {
  /** Those that the step declares. */
  readonly cards: readonly CardSettings[];
  /** Of what the attempt puts on them; called when it does first. */
  open(): Appender;
  /** Puts one line in the place of all that was stored; missing where that cannot be. */
  readonly replace?: ((line: string) => void) | undefined;
  /** Stores bytes beside, and gives their hash; they are stored when this returns. */
  storeBlob(bytes: Uint8Array): string;
  redactor(): Redactor | null;
}

/** A card takes little more than what is on it. */
const MAX_OUTDATED_CHARS = 4000;
const DEFAULT_ID = "default";
/** A loop may make a fault of its own each time. */
const MAX_WARNINGS = 20;

// Kept from before the flow is loaded: a step may replace them.
const { stringify } = JSON;
const wallTime = Date.now;

/** What an attempt puts on its cards, stored while it does. Nothing of this fails the step: a fault is a warning. */
export class TaskCards {
  readonly #options: TaskCardsOptions;
  readonly #cards = new Map<string, LiveCard>();
  readonly #components = new Map<ComponentState, PlacedComponent>();
  readonly #changed = new Set<PlacedComponent>();
  readonly #pacing = new Pacing(() => this.#flush());
  readonly #said = new Set<string>();
  readonly #lines: AttemptLines;
  #isOver = false;
  readonly current: CurrentCard;

  constructor(options: TaskCardsOptions) {
    this.#options = options;
    for (const { id } of options.cards) this.#cards.set(id, new LiveCard(id));
    const main = options.cards.find(({ id, type }) => id !== DEFAULT_ID && type === null) ?? options.cards[0];
    this.current = { ...this.#handle(main?.id ?? DEFAULT_ID), get: (id) => this.#handle(id) };
    const open = () => options.open();
    this.#lines = new AttemptLines({ open, what: "what is put on cards", leaving: () => this.#flush() });
  }

  /** Stores all that was put on them so far. */
  conclude(): void {
    this.#flush();
  }

  /** The attempt is over: nothing more is taken. */
  close(): void {
    this.#flush();
    this.#isOver = true;
    for (const component of this.#components.values()) component.unwatch();
    this.#lines.close();
    try {
      this.#tidy();
    } catch (error) {
      this.#lines.broken(error);
    }
  }

  /** Says it once, however often it happens. */
  warn(text: string): void {
    if (this.#said.has(text) || this.#said.size >= MAX_WARNINGS) return;
    this.#said.add(text);
    process.stderr.write(`warning: ${text}\n`);
  }

  /** Shown on the card in the place of what could not be made. */
  fault(id: string, what: string, error: unknown): void {
    this.warn(`${what}: ${messageOf(error)}`);
    this.#append(id, [faultComponent(what, error)]);
  }

  #handle(id: string): TaskCard {
    return {
      append: (...components) => this.#append(id, components),
      clear: () => this.#onCard(id, (card) => card.clear()),
      refresh: () => this.#flush(),
    };
  }

  #append(id: string, components: readonly CardComponent[]): void {
    this.#onCard(id, (card) => {
      for (const one of components) {
        const state = componentState(one) ?? componentState(faultComponent("append", notComponent(one)));
        if (state !== null) card.add(this.#place(state).number);
      }
    });
  }

  #onCard(id: string, change: (card: LiveCard) => void): void {
    if (this.#isOver) return;
    const card = this.#cards.get(id);
    if (card === undefined) {
      const known = this.#options.cards.map((one) => one.id).join(", ");
      return this.warn(`the step has no card ${stringify(id)}, only ${known}: write @card({ id: ${stringify(id)} })`);
    }
    change(card);
    this.#pacing.wants();
  }

  #place(state: ComponentState): PlacedComponent {
    const known = this.#components.get(state);
    if (known !== undefined) return known;
    const placed = new PlacedComponent(state, {
      number: this.#components.size + 1,
      onChange: () => {
        this.#changed.add(placed);
        if (!this.#isOver) this.#pacing.wants();
      },
    });
    this.#components.set(state, placed);
    this.#changed.add(placed);
    return placed;
  }

  #flush(): void {
    this.#pacing.rest();
    if (this.#isOver || this.#lines.isBroken) return;
    try {
      const changes = this.#changes();
      if (changes.length > 0) this.#lines.append(lineOf(changes));
    } catch (error) {
      this.#lines.broken(error);
    }
  }

  /** Components before the cards that name them; one may bring others along. */
  #changes(): readonly CardChange[] {
    const changes: CardChange[] = [];
    for (const placed of this.#changed) {
      this.#changed.delete(placed);
      const change = placed.change({
        redactor: this.#options.redactor(),
        storeBlob: (bytes) => this.#options.storeBlob(bytes),
        numberOf: (held) => this.#place(held).number,
        onFault: (text) => this.warn(text),
      });
      if (change !== null) changes.push(change);
    }
    for (const card of this.#cards.values()) {
      const change = card.change();
      if (change !== null) changes.push(change);
    }
    return changes;
  }

  /** A bar that moved for hours is a megabyte of lines, of which only the last counts. */
  #tidy(): void {
    const { replace } = this.#options;
    if (replace === undefined || !this.#lines.areThere || this.#lines.isBroken) return;
    const components = [...this.#components.values()];
    if (components.reduce((sum, one) => sum + one.outdatedChars, 0) < MAX_OUTDATED_CHARS) return;
    for (const component of components) {
      component.renew();
      this.#changed.add(component);
    }
    for (const card of this.#cards.values()) card.renew();
    replace(lineOf(this.#changes()));
  }
}

function lineOf(changes: readonly CardChange[]): string {
  return `${stringify({ format: RECORD_FORMAT, time: wallTime(), changes })}\n`;
}

function faultComponent(what: string, error: unknown): CardComponent {
  const failing: ComponentState = {
    kind: what,
    snapshot: () => {
      throw error;
    },
    watch: () => () => {},
  };
  return { [COMPONENT]: failing };
}

function notComponent(value: unknown): TypeError {
  return new TypeError(`append takes components of millrace/cards: ${typeof value}`);
}
