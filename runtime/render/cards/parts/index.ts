import { artifactPart } from "./artifact.ts";
import type { CardPart } from "../card-part.ts";
import { codePart } from "./code.ts";
import { columnPart } from "./column.ts";
import { diffPart } from "./diff.ts";
import { errorPart } from "./error.ts";
import { faultPart } from "./fault.ts";
import { htmlPart } from "./html.ts";
import { imagePart } from "./image.ts";
import { jsonPart } from "./json.ts";
import { lineChartPart } from "./line-chart.ts";
import { logPart } from "./log.ts";
import { markdownPart } from "./markdown.ts";
import { plotPart } from "./plot.ts";
import { progressBarPart } from "./progress-bar.ts";
import { rowPart } from "./row.ts";
import { tablePart } from "./table.ts";
import { tabsPart } from "./tabs.ts";
import { timelinePart } from "./timeline.ts";
import { valueBoxPart } from "./value-box.ts";
import { vegaChartPart } from "./vega-chart.ts";

/** Every kind of component that a card can hold. Each draws what its own check has found to be its data. */
const PARTS: readonly CardPart<unknown>[] = [
  artifactPart,
  codePart,
  columnPart,
  diffPart,
  errorPart,
  faultPart,
  htmlPart,
  imagePart,
  jsonPart,
  lineChartPart,
  logPart,
  markdownPart,
  plotPart,
  progressBarPart,
  rowPart,
  tablePart,
  tabsPart,
  timelinePart,
  valueBoxPart,
  vegaChartPart,
];

const BY_KIND: ReadonlyMap<string, CardPart<unknown>> = new Map(PARTS.map((part) => [part.kind, part]));

/** Undefined for a kind that a newer Millrace wrote. */
export function partOf(kind: string): CardPart<unknown> | undefined {
  return BY_KIND.get(kind);
}
