import { LiveComponent, type Updatable } from "./live-component.ts";
import { seen, wantedText } from "./wanted-text.ts";

/** Options of {@link progressBar}. */
export interface ProgressBarOptions {
  /** What it counts: `"epochs"`. */
  readonly label: string;
  /** The value of a bar that is full. */
  readonly max: number;
  /** @defaultValue 0 */
  readonly value?: number | undefined;
}

/** As it is stored. */
export interface BarData {
  readonly label: string;
  readonly max: number;
  readonly value: number;
}

/**
 * How far something is.
 *
 * @example
 * ```ts
 * const bar = progressBar({ label: "epochs", max: 20 });
 * current.card.append(bar);
 * for (let epoch = 0; epoch < 20; epoch += 1) bar.update(epoch + 1);
 * ```
 */
export function progressBar(options: ProgressBarOptions): Updatable<number> {
  const read = (value: number) => ({ data: barData(options, value) });
  return new LiveComponent({ kind: "progressBar", read }, options?.value ?? 0);
}

function barData({ label, max }: ProgressBarOptions, value: number): BarData {
  if (!Number.isFinite(value)) throw new TypeError(`the value is not a number: ${seen(value)}`);
  if (!(max > 0)) throw new TypeError(`max is not a number above 0: ${seen(max)}`);
  return { label: wantedText(label, "the label"), max, value };
}
