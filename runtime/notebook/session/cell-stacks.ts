import { findSourceMap } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { TraceMap } from "@jridgewell/trace-mapping";
import type { CompiledCell } from "../front/protocol.ts";
import { originalPlace, type LineAndColumn } from "../original-place.ts";

/** A place in the source of a cell: line from 1, column from 0. */
export interface CellPlace extends LineAndColumn {
  readonly cell: CompiledCell;
}

/** Knows the scripts of all cells, and lets stack traces name cells and lines: `at train (cell 3, line 2)`. */
export class CellStacks {
  readonly #folder: string;
  readonly #scripts = new Map<string, { cell: CompiledCell; outer: TraceMap | null; inner: TraceMap }>();
  readonly #places = new WeakMap<object, CellPlace[]>();

  constructor({ folder }: { folder: string }) {
    this.#folder = folder;
  }

  install(): void {
    Error.prepareStackTrace = (error, sites) => this.#format(error, sites);
  }

  /** The name under which the cell's script is evaluated. */
  register(id: number, cell: CompiledCell): string {
    const file = path.join(this.#folder, `cell-${id}.ts`);
    const { outerMap, map } = cell.places;
    this.#scripts.set(file, {
      cell,
      outer: outerMap === null ? null : new TraceMap(outerMap),
      inner: new TraceMap(map),
    });
    return file;
  }

  /** Where in cells an error came from, innermost first. */
  placesOf(error: unknown): readonly CellPlace[] {
    if (!(error instanceof Error)) return [];
    // Reading the stack formats it, if nobody has asked for it yet.
    return error.stack === undefined ? [] : (this.#places.get(error) ?? []);
  }

  /** A place in a cell's script, line and column from 1. */
  placeIn(file: string, at: { line: number; column: number }): CellPlace | null {
    const script = this.#scripts.get(file);
    if (script === undefined) return null;
    const { cell, outer, inner } = script;
    const found = { line: at.line, column: at.column - 1 };
    const reshaped = outer === null ? found : originalPlace(outer, found);
    // The first line is the wrapper's.
    const entry = reshaped === null ? undefined : cell.places.lines[reshaped.line - 2];
    if (reshaped === null || entry === undefined) return null;
    const [line, shift] = entry;
    const place = originalPlace(inner, { line, column: Math.max(reshaped.column + shift, 0) });
    return place === null ? null : { cell, ...place };
  }

  #format(error: Error, sites: readonly NodeJS.CallSite[]): string {
    const places: CellPlace[] = [];
    const frames = sites.flatMap((site) => {
      const file = site.getFileName() ?? "";
      if (isForeign(file)) return [];
      const at = { line: site.getLineNumber() ?? 1, column: site.getColumnNumber() ?? 1 };
      const seen = `${file}:${at.line}:${at.column}`;
      const place = this.placeIn(file, at);
      // The function around the cell.
      if (place === null && this.#scripts.has(file)) return [];
      if (place !== null) places.push(place);
      const shown = place === null ? mappedFile(file, at) : `cell ${place.cell.count}, line ${place.line}`;
      const frame = frameText(site);
      return [`    at ${shown === null ? frame : frame.replace(seen, () => shown)}`];
    });
    this.#places.set(error, places);
    return [headOf(error), ...frames].join("\n");
  }
}

const FOREIGN = /^node:(internal\/|vm$|async_hooks$)|\/node_modules\/tsx\/dist\//;

/** Our own frames, Node's and the loader's say nothing to a user. */
function isForeign(file: string): boolean {
  return file === import.meta.url || file === OWN_FILE || FOREIGN.test(file);
}

const OWN_FILE = fileURLToPath(import.meta.url);

/** Modules that a loader compiled; Node would do this itself if the stacks were left to it. */
function mappedFile(file: string, at: { line: number; column: number }): string | null {
  const entry = findSourceMap(file)?.findEntry(at.line - 1, at.column - 1);
  if (entry === undefined || !("originalSource" in entry) || entry.originalSource === undefined) return null;
  const source = entry.originalSource.startsWith("file:") ? fileURLToPath(entry.originalSource) : entry.originalSource;
  return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
}

function frameText(site: { toString(): string }): string {
  return site.toString();
}

function headOf(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}
