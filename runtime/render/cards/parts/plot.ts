import { fields, object } from "../../../datastore/shapes/checks.ts";
import { isRecord } from "../../../../sdk/base/is-record.ts";
import type { PlotData } from "../../../../sdk/cards/plot.ts";
import type { CardPart } from "../card-part.ts";
import { drawnOrSpec } from "../drawn-or-spec.ts";
import { loadPeer } from "../load-peer.ts";

const INSTALLS = ["@observablehq/plot", "linkedom"];

interface Library {
  readonly [name: string]: unknown;
  plot(options: object): { readonly outerHTML: string };
}

export const plotPart: CardPart<PlotData> = {
  kind: "plot",
  check: fields({ spec: object }),
  draw: ({ spec }, around) => drawnOrSpec(spec, around, () => drawn(spec)),
};

function drawn(spec: unknown): string {
  const library = loadPeer("@observablehq/plot", INSTALLS) as Library;
  const { parseHTML } = loadPeer("linkedom", INSTALLS) as { parseHTML(html: string): { document: object } };
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  // Styles are left out of what it draws.
  const { marks, style: _, ...options } = spec as { marks?: unknown; style?: unknown };
  const made = (Array.isArray(marks) ? (marks as readonly unknown[]) : []).map((mark) => markOf(library, mark));
  return library.plot({ ...options, marks: made, document }).outerHTML;
}

function markOf(library: Library, given: unknown): unknown {
  if (!isRecord(given) || typeof given["mark"] !== "string") throw new TypeError("a mark has the name of a function");
  const { mark, data, options } = given as { mark: string; data?: unknown; options?: unknown };
  const make = Object.hasOwn(library, mark) ? library[mark] : undefined;
  if (typeof make !== "function" || !/^[a-z]/.test(mark) || mark === "plot")
    throw new TypeError(`Observable Plot has no mark ${mark}`);
  const call = make as (...args: readonly unknown[]) => unknown;
  return data === undefined ? call(options) : call(data, options);
}
