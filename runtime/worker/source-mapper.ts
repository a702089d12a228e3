import fs from "node:fs";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { parseSourceMap } from "../datastore/source-map.ts";
import { sourceNames } from "../datastore/source-names.ts";

const MAX_FRAME_CHARS = 2_000;
/** Width of a code frame. */
const FRAME_CHARS = 160;

/** A place in the user's source: absolute file, line from 1, column from 1. */
export interface MappedPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The bundle as it is evaluated, and its source map. */
export interface Script {
  readonly name: string;
  readonly map: string;
  /** From a source's name in the map to its file on this machine. */
  readonly toFile: (source: string) => string;
}

interface LoadedMap {
  readonly trace: TraceMap;
  readonly files: readonly string[];
  readonly contents: readonly (string | null)[];
}

/** Leads from the bundle back to the sources: in stack traces and for code frames. */
export class SourceMapper {
  #script: Script | null = null;
  #loaded: LoadedMap | null = null;

  /** Registers the bundle; from here on every stack trace that touches it names the sources. */
  install(script: Script): void {
    this.#script = script;
    this.#loaded = null;
    Error.prepareStackTrace = (error, sites) => this.#format(error, sites);
  }

  place(site: NodeJS.CallSite): MappedPlace | null {
    return this.#original(site.getFileName(), site.getLineNumber(), site.getColumnNumber());
  }

  /** The first place of a formatted stack that lies in the flow's own sources. */
  firstPlace(stack: string): MappedPlace | null {
    for (const frame of stack.split("\n")) {
      // A message may look like anything, and be long: only frames are searched.
      if (!frame.startsWith("    at ") || frame.length > MAX_FRAME_CHARS) continue;
      const [, where = "", line = "", column = ""] = /^ {4}at (.*):(\d+):(\d+)\)?$/.exec(frame) ?? [];
      // A function's name stands before the file, in parentheses; a file's name may hold some, too.
      const names = [where.replace(/^async /, ""), where.slice(where.indexOf(" (") + 2)];
      const file = names.find((name) => this.#isOwn(name));
      if (file !== undefined) return { file, line: Number(line), column: Number(column) };
    }
    return null;
  }

  /** The file from whose source a piece of the script comes; null if it is not in there as it is. */
  fileOf(piece: string, script: string): string | null {
    const at = script.indexOf(piece);
    if (at < 0 || this.#script === null) return null;
    const before = script.slice(0, at).split("\n");
    // The first character is often the compiler's own.
    const lines = piece.split("\n");
    for (const [offset] of lines.entries()) {
      const column =
        offset === 0 ? (before.at(-1) ?? "").length + 1 : 1 + (/^\s*/.exec(lines[offset] ?? "")?.[0].length ?? 0);
      const place = this.#original(this.#script.name, before.length + offset, column);
      if (place !== null) return place.file;
    }
    return null;
  }

  /** Lines around a place, as they were when the run was packaged. */
  codeFrame(place: MappedPlace): string | null {
    const text = this.#sourceText(place.file);
    if (text === null) return null;
    const lines = text.split(/\r?\n/);
    const from = Math.max(place.line - 3, 0);
    // A compiled file can be one line of megabytes.
    const cut = place.column > FRAME_CHARS ? place.column - FRAME_CHARS / 2 : 0;
    const shown = lines.slice(from, place.line + 2).map((line, offset) => {
      const number = from + offset + 1;
      return `${number === place.line ? ">" : " "} ${String(number).padStart(4)} | ${line.slice(cut, cut + FRAME_CHARS)}`;
    });
    shown.splice(place.line - from, 0, `       | ${" ".repeat(Math.max(place.column - 1 - cut, 0))}^`);
    return shown.join("\n");
  }

  #format(error: Error, sites: NodeJS.CallSite[]): string {
    const lines = sites.filter(isForeign).map((site) => {
      const place = this.place(site);
      if (place === null) return `    at ${(site as { toString(): string }).toString()}`;
      const name = site.getFunctionName() ?? "";
      const type =
        site.isToplevel() || site.getTypeName() === null || name.includes(".") ? "" : `${site.getTypeName()}.`;
      const where = `${place.file}:${place.line}:${place.column}`;
      return name === "" ? `    at ${where}` : `    at ${site.isAsync() ? "async " : ""}${type}${name} (${where})`;
    });
    return [headOf(error), ...lines].join("\n");
  }

  #original(script: string | null | undefined, line: number | null, column: number | null): MappedPlace | null {
    if (this.#script === null || script !== this.#script.name || line === null) return null;
    const { trace, files } = this.#map(this.#script);
    const found = originalPositionFor(trace, { line, column: (column ?? 1) - 1 });
    const file = found.source === null ? undefined : files[Number(found.source)];
    return file === undefined || found.line === null ? null : { file, line: found.line, column: found.column + 1 };
  }

  /** Read when it is first needed: most tasks do not fail. */
  #map(script: Script): LoadedMap {
    if (this.#loaded !== null) return this.#loaded;
    const map = parseSourceMap(script.map);
    // The library takes names of sources for URLs and would mend those with # or % in them: it gets numbers.
    const trace = new TraceMap({ ...map, sources: map.sources.map((_, at) => String(at)) } as unknown as string);
    this.#loaded = { trace, files: sourceNames(map).map(script.toFile), contents: map.sourcesContent ?? [] };
    return this.#loaded;
  }

  #isOwn(file: string): boolean {
    return this.#script !== null && this.#map(this.#script).files.includes(file);
  }

  #sourceText(file: string): string | null {
    if (this.#script === null) return null;
    const { files, contents } = this.#map(this.#script);
    const kept = contents[files.indexOf(file)];
    if (kept !== null && kept !== undefined) return kept;
    return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : null;
  }
}

/** Our own frames say nothing to a user, and differ with the place of the installation. */
function isForeign(site: NodeJS.CallSite): boolean {
  return site.getFileName() !== import.meta.url;
}

function headOf(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}
