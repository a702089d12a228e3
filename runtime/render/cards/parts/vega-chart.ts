import { fields, object } from "../../../datastore/shapes/checks.ts";
import type { VegaChartData } from "../../../../sdk/cards/vega-chart.ts";
import type { CardPart } from "../card-part.ts";
import { drawChart } from "../charts/draw-chart.ts";
import { drawnOrSpec } from "../drawn-or-spec.ts";

export const vegaChartPart: CardPart<VegaChartData> = {
  kind: "vegaChart",
  check: fields({ spec: object }),
  draw: ({ spec }, around) => drawnOrSpec(spec, around, () => drawChart({ kind: "vegaChart", spec })),
};
