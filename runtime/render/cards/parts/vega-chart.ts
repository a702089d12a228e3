import { fields, object } from "../../../datastore/shapes/checks.ts";
import type { VegaChartData } from "../../../../sdk/cards/vega-chart.ts";
import type { CardPart } from "../card-part.ts";
import { drawnOrSpec } from "../drawn-or-spec.ts";
import { loadPeer } from "../load-peer.ts";

const INSTALLS = ["vega", "vega-lite", "vega-interpreter"];

interface Vega {
  parse(spec: unknown, config: null, options: { ast: boolean }): unknown;
  loader(): { load: unknown; sanitize: unknown };
  readonly View: new (runtime: unknown, options: object) => { toSVG(): Promise<string>; finalize(): void };
}

export const vegaChartPart: CardPart<VegaChartData> = {
  kind: "vegaChart",
  check: fields({ spec: object }),
  draw: ({ spec }, around) => drawnOrSpec(spec, around, () => drawn(spec)),
};

/** Expressions in it are interpreted, never compiled to code, and nothing is loaded from an address. */
async function drawn(spec: unknown): Promise<string> {
  const vega = loadPeer("vega", INSTALLS) as Vega;
  const lite = loadPeer("vega-lite", INSTALLS) as { compile(spec: unknown): { readonly spec: unknown } };
  const { expressionInterpreter } = loadPeer("vega-interpreter", INSTALLS) as { expressionInterpreter: unknown };
  const refuse = () => Promise.reject(new Error("a card's chart brings its data along: nothing is loaded"));
  const loader = Object.assign(vega.loader(), { load: refuse, sanitize: refuse });
  const runtime = vega.parse(lite.compile(spec).spec, null, { ast: true });
  const view = new vega.View(runtime, { renderer: "none", loader, expr: expressionInterpreter, logLevel: 0 });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
