import { type Check, fields, list, orNull, text } from "../../../datastore/shapes/checks.ts";
import type { LineChartData, StoredPoint } from "../../../../sdk/cards/line-chart.ts";
import { markup } from "../../html.ts";
import { chartSvg } from "../chart-svg.ts";
import type { CardPart } from "../card-part.ts";

const MAX_LINES = 40;

const number: Check = (value) => (value === null || Number.isFinite(value) ? null : " is not a number");
const numbers = list(number);
const point: Check = (value) =>
  numbers(value) ?? (Number.isFinite((value as StoredPoint)[0]) ? null : " has no place on the axis");

export const lineChartPart: CardPart<LineChartData> = {
  kind: "lineChart",
  check: fields({ title: orNull(text), x: text, y: list(text), points: list(point) }),
  grows: {
    check: point,
    add: (data, items) => ({ ...data, points: [...data.points, ...(items as readonly StoredPoint[])] }),
  },
  draw({ title, x, y, points }) {
    const shown = y.slice(0, MAX_LINES);
    const lines = shown.map((name, at) => ({
      name,
      points: points.map((one) => [one[0] ?? 0, one[at + 1] ?? null] as const),
    }));
    const note =
      shown.length < y.length ? markup`<div class="dim">the first ${MAX_LINES} of ${y.length} lines</div>` : "";
    return markup`${chartSvg(lines, { x, title })}${note}`;
  },
};
