import fs from "node:fs";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";

/** A place in the user's source: absolute file, line from 1, column from 1. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Leads from the bundle back to the sources: in stack traces and for code frames. */
export class SourceMapper {
  #script: { name: string; map: string; toFile: (source: string) => string } | null = null;
  #trace: TraceMap | null = null;

  /** Registers the bundle; from here on every stack trace that touches it names the sources. */
  install(script: { name: string; map: string; toFile: (source: string) => string }): void {
    this.#script = script;
    this.#trace = null;
    Error.prepareStackTrace = (error, sites) => this.#format(error, sites);
  }

  place(site: NodeJS.CallSite): SourcePlace | null {
    return this.#original(site.getFileName(), site.getLineNumber(), site.getColumnNumber());
  }

  /** The first place of a formatted stack that lies in the flow's own sources. */
  firstPlace(stack: string): SourcePlace | null {
    for (const [, file = "", line = "", column = ""] of stack.matchAll(/\(?([^()\s][^()\n]*):(\d+):(\d+)\)?$/gm)) {
      const path = file.replace(/^at (?:async )?/, "");
      if (this.#isOwn(path)) return { file: path, line: Number(line), column: Number(column) };
    }
    return null;
  }

  /** Lines around a place, as they were when the run was packaged. */
  codeFrame(place: SourcePlace): string | null {
    const text = this.#sourceText(place.file);
    if (text === null) return null;
    const lines = text.split("\n");
    const from = Math.max(place.line - 3, 0);
    const shown = lines.slice(from, place.line + 2).map((line, offset) => {
      const number = from + offset + 1;
      return `${number === place.line ? ">" : " "} ${String(number).padStart(4)} | ${line}`;
    });
    shown.splice(place.line - from, 0, `       | ${" ".repeat(Math.max(place.column - 1, 0))}^`);
    return shown.join("\n");
  }

  #format(error: Error, sites: NodeJS.CallSite[]): string {
    const lines = sites.map((site) => {
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

  #original(script: string | null | undefined, line: number | null, column: number | null): SourcePlace | null {
    if (this.#script === null || script !== this.#script.name || line === null) return null;
    this.#trace ??= new TraceMap(this.#script.map);
    const found = originalPositionFor(this.#trace, { line, column: (column ?? 1) - 1 });
    if (found.source === null) return null;
    return { file: this.#script.toFile(found.source), line: found.line, column: found.column + 1 };
  }

  #sources(): readonly (string | null)[] {
    if (this.#script === null) return [];
    this.#trace ??= new TraceMap(this.#script.map);
    return this.#trace.sources;
  }

  #isOwn(file: string): boolean {
    return this.#sources().some((source) => source !== null && this.#script?.toFile(source) === file);
  }

  #sourceText(file: string): string | null {
    const at = this.#sources().findIndex((source) => source !== null && this.#script?.toFile(source) === file);
    const kept = this.#trace?.sourcesContent?.[at];
    if (kept !== null && kept !== undefined) return kept;
    return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : null;
  }
}

function headOf(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}
