import { LiveComponent, type Updatable } from "./live-component.ts";
import { plainData } from "./plain-data.ts";

/** As it is stored. */
export interface JsonData {
  readonly value: unknown;
}

/**
 * A value as a tree whose branches open. Maps, sets, typed arrays and dates are shown as what JSON has for them.
 *
 * @example
 * ```ts
 * current.card.append(json({ epochs: 20, layers: [64, 32] }));
 * ```
 */
export function json(value: unknown): Updatable<unknown> {
  const read = (given: unknown) => ({ data: { value: plainData(given) } satisfies JsonData });
  return new LiveComponent({ kind: "json", read }, value);
}
