import { type CardComponent, COMPONENT, componentState } from "../base/card-component.ts";
import { appendAll } from "../base/append-all.ts";
import { LiveComponent } from "./live-component.ts";
import { seen } from "./wanted-text.ts";

/** Components that stand together. */
export interface Stack extends CardComponent {
  /** Adds components at the end. */
  append(...components: readonly CardComponent[]): void;
}

export function stack(kind: "row" | "column", components: readonly CardComponent[]): Stack {
  const held = [...components];
  const live = new LiveComponent({ kind, read: () => ({ data: {}, holds: held.map(checkedComponent) }) }, held);
  return {
    [COMPONENT]: live[COMPONENT],
    append(...more) {
      appendAll(held, more);
      live.update(held);
    },
  };
}

/** @throws TypeError that the card shows */
export function checkedComponent(value: unknown): CardComponent {
  if (componentState(value) !== null) return value as CardComponent;
  throw new TypeError(`not a component of millrace/cards: ${seen(value)}`);
}
