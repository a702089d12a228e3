import { isRecord } from "../../../../sdk/base/is-record.ts";
import { loadPeer } from "./load-peer.ts";

const INSTALLS = ["@observablehq/plot", "linkedom"];

interface PlotLibrary {
  readonly [name: string]: unknown;
  plot(options: object): { readonly outerHTML: string };
}

/** What Observable Plot draws of a specification whose marks are data. */
export function plotChart(spec: unknown): string {
  const library = loadPeer("@observablehq/plot", INSTALLS) as PlotLibrary;
  const { parseHTML } = loadPeer("linkedom", INSTALLS) as { parseHTML(html: string): { document: object } };
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const { marks, ...options } = spec as { marks?: unknown };
  const made = (Array.isArray(marks) ? (marks as readonly unknown[]) : []).map((mark) => markOf(library, mark));
  return library.plot({ ...options, style: {}, marks: made, document }).outerHTML;
}

function markOf(library: PlotLibrary, given: unknown): unknown {
  if (!isRecord(given) || typeof given["mark"] !== "string") throw new TypeError("a mark has the name of a function");
  const { mark, data, options } = given as { mark: string; data?: unknown; options?: unknown };
  const make = Object.hasOwn(library, mark) ? library[mark] : undefined;
  if (typeof make !== "function" || !/^[a-z]/.test(mark) || mark === "plot")
    throw new TypeError(`Observable Plot has no mark ${mark}`);
  const call = make as (...args: readonly unknown[]) => unknown;
  return data === undefined ? call(options) : call(data, options);
}
