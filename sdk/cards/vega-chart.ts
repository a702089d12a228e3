import { LiveComponent, type Updatable } from "./live-component.ts";
import { plainData } from "./plain-data.ts";
import { seen } from "./wanted-text.ts";

/** As it is stored. */
export interface VegaChartData {
  readonly spec: unknown;
}

/**
 * A chart of [Vega-Lite](https://vega.github.io/vega-lite/). It is drawn where `vega` and `vega-lite` are installed;
 * elsewhere the card shows its specification. Its data stand in it: nothing is loaded from an address.
 *
 * @example
 * ```ts
 * current.card.append(
 *   vegaChart({
 *     data: { values: [{ model: "svd", error: 0.91 }] },
 *     mark: "bar",
 *     encoding: { x: { field: "model" }, y: { field: "error", type: "quantitative" } },
 *   }),
 * );
 * ```
 */
export function vegaChart(spec: object): Updatable<object> {
  const read = (given: object) => {
    if (typeof given !== "object" || given === null) throw new TypeError(`a chart is an object: ${seen(given)}`);
    return { data: { spec: plainData(given) } satisfies VegaChartData };
  };
  return new LiveComponent({ kind: "vegaChart", read }, spec);
}
