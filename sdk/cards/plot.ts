import { LiveComponent, type Updatable } from "./live-component.ts";
import { plainData } from "./plain-data.ts";
import { seen } from "./wanted-text.ts";

/** A mark of {@link PlotSpec}, by the name of its function in Observable Plot. */
export interface PlotMark {
  /** `"dot"`, `"barY"`, `"lineY"`, `"cell"`, … */
  readonly mark: string;
  /** Rows, each an object. */
  readonly data?: readonly unknown[] | undefined;
  /** What the function takes beside the data: `{ x: "weight", y: "height" }`. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

/** Options of `Plot.plot`, its marks as data: a card holds no functions. */
export interface PlotSpec {
  /** What is drawn, the first lowest. */
  readonly marks: readonly PlotMark[];
  readonly [option: string]: unknown;
}

/** As it is stored. */
export interface PlotData {
  readonly spec: unknown;
}

/**
 * A chart of [Observable Plot](https://observablehq.com/plot/), as data. It is drawn where `@observablehq/plot` and
 * `linkedom` are installed; elsewhere the card shows the data.
 *
 * @example
 * ```ts
 * current.card.append(
 *   plot({ marks: [{ mark: "dot", data: [{ weight: 61, height: 170 }], options: { x: "weight", y: "height" } }] }),
 * );
 * ```
 */
export function plot(spec: PlotSpec): Updatable<PlotSpec> {
  const read = (given: PlotSpec) => ({ data: { spec: plotSpec(given) } satisfies PlotData });
  return new LiveComponent({ kind: "plot", read }, spec);
}

function plotSpec(spec: PlotSpec): unknown {
  if (!Array.isArray(spec?.marks)) throw new TypeError(`a plot has a list of marks: ${seen(spec)}`);
  return plainData(spec);
}
