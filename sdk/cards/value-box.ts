import { LiveComponent, type Updatable } from "./live-component.ts";
import { plainData } from "./plain-data.ts";
import { wantedText } from "./wanted-text.ts";

/** Options of {@link valueBox}. */
export interface ValueBoxOptions {
  /** What it is: `"AUC"`. */
  readonly label: string;
  /** What stands in the box. */
  readonly value: number | string;
  /** How much more it is than before; a negative number for less. */
  readonly change?: number | undefined;
}

/** As it is stored. */
export interface ValueBoxData {
  readonly label: string;
  readonly value: unknown;
  readonly change: unknown;
}

/**
 * A number that is to be seen at once, and how it changed. `update` takes what changes: the value, its change.
 *
 * @example
 * ```ts
 * const auc = valueBox({ label: "AUC", value: 0.91, change: 0.02 });
 * current.card.append(auc);
 * auc.update({ value: 0.93, change: 0.04 });
 * ```
 */
export function valueBox(options: ValueBoxOptions): Updatable<Partial<ValueBoxOptions>> {
  const read = (given: Partial<ValueBoxOptions>) => ({ data: boxData({ ...options, ...given }) });
  return new LiveComponent({ kind: "valueBox", read }, {});
}

function boxData({ label, value, change }: ValueBoxOptions): ValueBoxData {
  return { label: wantedText(label, "the label"), value: plainData(value), change: plainData(change) };
}
