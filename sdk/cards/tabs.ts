import type { CardComponent } from "../base/card-component.ts";
import { LiveComponent } from "./live-component.ts";
import { checkedComponent } from "./stack.ts";

/** As it is stored; the components lie beside it, in the order of the titles. */
export interface TabsData {
  readonly titles: readonly string[];
}

/**
 * Components of which one is shown at a time.
 *
 * @example
 * ```ts
 * current.card.append(tabs({ "first rows": table([{ movie: "Heat", rating: 4 }]), settings: json({ epochs: 20 }) }));
 * ```
 */
export function tabs(components: Readonly<Record<string, CardComponent>>): CardComponent {
  const read = (given: Readonly<Record<string, CardComponent>>) => {
    const titles = Object.keys(given);
    return { data: { titles } satisfies TabsData, holds: Object.values(given).map(checkedComponent) };
  };
  return new LiveComponent({ kind: "tabs", read }, components);
}
