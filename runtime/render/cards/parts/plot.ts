import { fields, object } from "../../../datastore/shapes/checks.ts";
import type { PlotData } from "../../../../sdk/cards/plot.ts";
import type { CardPart } from "../card-part.ts";
import { drawChart } from "../charts/draw-chart.ts";
import { drawnOrSpec } from "../drawn-or-spec.ts";

export const plotPart: CardPart<PlotData> = {
  kind: "plot",
  check: fields({ spec: object }),
  draw: ({ spec }, around) => drawnOrSpec(spec, around, () => drawChart({ kind: "plot", spec })),
};
