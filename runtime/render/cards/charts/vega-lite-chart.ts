import { loadPeer } from "./load-peer.ts";

const INSTALLS = ["vega", "vega-lite", "vega-interpreter"];

interface Vega {
  parse(spec: unknown, config: null, options: { ast: boolean }): unknown;
  loader(): object;
  readonly View: new (runtime: unknown, options: object) => { toSVG(): Promise<string>; finalize(): void };
}

/** What Vega draws of a specification. Expressions in it are interpreted, never compiled to code. */
export async function vegaLiteChart(spec: unknown): Promise<string> {
  const vega = loadPeer("vega", INSTALLS) as Vega;
  const lite = loadPeer("vega-lite", INSTALLS) as { compile(spec: unknown): { readonly spec: unknown } };
  const { expressionInterpreter } = loadPeer("vega-interpreter", INSTALLS) as { expressionInterpreter: unknown };
  let refused: string | null = null;
  const loader = Object.assign(vega.loader(), {
    load(address: unknown) {
      refused = String(address);
      return Promise.reject(new Error("refused"));
    },
    // Links and pictures are left out of what it draws; it fails where it gets none.
    sanitize: () => Promise.resolve({ href: "#" }),
  });
  const runtime = vega.parse(lite.compile(spec).spec, null, { ast: true });
  const view = new vega.View(runtime, { renderer: "none", loader, expr: expressionInterpreter, logLevel: 0 });
  try {
    const drawing = await view.toSVG();
    if (refused !== null)
      throw new Error(`a card's chart brings its data along, and loads nothing: ${String(refused)}`);
    return drawing;
  } finally {
    view.finalize();
  }
}
