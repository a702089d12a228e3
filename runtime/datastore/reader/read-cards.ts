import { type CardChange, type ComponentPut, parseCardLine } from "../kinds/cards.ts";
import { linesOf } from "../lines-of.ts";
import { cardsKey, type AttemptPlace, type RunPlace } from "../run-keys.ts";
import type { Storage } from "../storage.ts";

/** A component as it stands: what it was put as, and what it got since. */
export interface StoredComponent extends Omit<ComponentPut, "put"> {
  readonly items: readonly unknown[];
}

/** What stands on an attempt's cards. */
export interface StoredCards {
  /** Numbers of components, by the id of the card. */
  readonly cards: ReadonlyMap<string, readonly number[]>;
  readonly components: ReadonlyMap<number, StoredComponent>;
  /** How many lines that took: more once something changes. */
  readonly lines: number;
}

/** @throws MillraceError `MILLRACE_DAMAGED_RECORD` for a line that no attempt wrote */
export function readCards(storage: Storage, of: RunPlace & AttemptPlace): StoredCards {
  const key = cardsKey(of);
  const cards = new Map<string, number[]>();
  const components = new Map<number, Growing>();
  let lines = 0;
  for (const { text } of linesOf(storage, key)) {
    lines += 1;
    for (const change of parseCardLine(text, key).changes) apply(change, { cards, components });
  }
  return { cards, components, lines };
}

interface Growing extends StoredComponent {
  readonly items: unknown[];
}

function apply(
  change: CardChange,
  { cards, components }: { cards: Map<string, number[]>; components: Map<number, Growing> },
): void {
  if ("put" in change) {
    const { put, ...component } = change;
    components.set(put, { ...component, items: [] });
  } else if ("push" in change) {
    const items = components.get(change.push)?.items;
    for (const item of change.items) items?.push(item);
  } else if ("holds" in change) cards.set(change.card, [...change.holds]);
  else cards.set(change.card, [...(cards.get(change.card) ?? []), ...change.adds]);
}
