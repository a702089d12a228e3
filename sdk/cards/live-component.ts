import {
  type CardComponent,
  COMPONENT,
  type ComponentSnapshot,
  type ComponentState,
  type ComponentWatcher,
} from "../base/card-component.ts";

/** A component that can be replaced while it is shown. */
export interface Updatable<Input> extends CardComponent {
  /** Shows this in place of what it showed before. It may be called as often as you like. */
  update(input: Input): void;
}

/** A component that grows at its end. */
export interface Growing<Item> extends CardComponent {
  /** Adds to what it shows: only what is added is stored. It may be called as often as you like. */
  push(...items: readonly Item[]): void;
}

/** What a kind of component is made of. */
export interface ComponentParts<Input, Item> {
  /** The name under which it is stored and drawn. */
  readonly kind: string;
  /** @throws for what cannot be shown: the card then says so */
  read(input: Input, pushed: readonly unknown[]): ComponentSnapshot;
  /** An addition as JSON has it; a copy, as the step may go on to change what it gave. */
  item?(item: Item, input: Input): unknown;
}

/** Holds what a component shows. Nothing here throws: a fault in a card is a warning, whose words the card shows. */
export class LiveComponent<Input, Item = never> implements Updatable<Input>, Growing<Item> {
  readonly [COMPONENT]: ComponentState;
  readonly #parts: ComponentParts<Input, Item>;
  readonly #watchers = new Set<ComponentWatcher>();
  #input: Input;
  #pushed: unknown[] = [];
  #fault: unknown = null;

  constructor(parts: ComponentParts<Input, Item>, input: Input) {
    this.#parts = parts;
    this.#input = input;
    this[COMPONENT] = {
      kind: parts.kind,
      snapshot: () => this.#snapshot(),
      watch: (watcher) => {
        this.#watchers.add(watcher);
        return () => this.#watchers.delete(watcher);
      },
    };
  }

  update(input: Input): void {
    this.#input = input;
    this.#pushed = [];
    this.#fault = null;
    this.#changed();
  }

  push(...items: readonly Item[]): void {
    for (const item of items) {
      let plain: unknown;
      try {
        plain = this.#parts.item?.(item, this.#input);
      } catch (error) {
        this.#fault = error;
        this.#changed();
        return;
      }
      this.#pushed.push(plain);
      for (const watcher of this.#watchers) watcher.pushed(plain);
    }
  }

  #snapshot(): ComponentSnapshot {
    if (this.#fault !== null) throw this.#fault;
    return this.#parts.read(this.#input, this.#pushed);
  }

  #changed(): void {
    for (const watcher of this.#watchers) watcher.changed();
  }
}
