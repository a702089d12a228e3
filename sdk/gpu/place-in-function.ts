import { readFileSync } from "node:fs";
import { Session } from "node:inspector";
import { findSourceMap, SourceMap } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { AnyFunction } from "../base/metadata.ts";

/** A place in a file; line and column count from 1. */
export interface KernelPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const SLOT = Symbol.for("millrace.gpu.asked");

/**
 * Where in its own file a part of a function stands, through source maps where there are any. The engine alone knows
 * where a function was defined, and tells it to debuggers: so this is for errors, not for every call.
 *
 * @param offset - into `String(fn)`
 */
export function placeInFunction(fn: AnyFunction, offset: number): KernelPlace | null {
  try {
    const start = locationOf(fn);
    if (start === null) return null;
    const source = Function.prototype.toString.call(fn);
    const at = lineAndColumn(source, offset);
    // The engine counts a function from its parameters on.
    const opening = lineAndColumn(source, Math.max(source.indexOf("("), 0));
    const line = start.line + at.line - opening.line;
    const column = at.line === opening.line ? start.column + at.column - opening.column : at.column;
    return original({ file: start.file, line: line + 1, column: column + 1 }, start.map);
  } catch {
    return null;
  }
}

/** Here lines and columns count from 0; `map` is what the script itself says of its source map. */
function locationOf(fn: AnyFunction): (KernelPlace & { readonly map: string }) | null {
  const session = new Session();
  const holder = globalThis as { [SLOT]?: AnyFunction };
  const scripts = new Map<string, { file: string; map: string }>();
  let found: ReturnType<typeof locationOf> = null;
  session.connect();
  holder[SLOT] = fn;
  try {
    session.on("Debugger.scriptParsed", ({ params: { scriptId, url, sourceMapURL = "" } }) =>
      scripts.set(scriptId, { file: url, map: sourceMapURL }),
    );
    session.post("Debugger.enable");
    session.post("Runtime.evaluate", { expression: 'globalThis[Symbol.for("millrace.gpu.asked")]' }, (_, answer) => {
      const objectId = answer?.result.objectId;
      if (objectId === undefined) return;
      session.post("Runtime.getProperties", { objectId, ownProperties: true }, (_, properties) => {
        const place = properties?.internalProperties?.find(({ name }) => name === "[[FunctionLocation]]")?.value
          ?.value as { scriptId: string; lineNumber: number; columnNumber: number } | undefined;
        const script = place === undefined ? undefined : scripts.get(place.scriptId);
        if (place !== undefined && script !== undefined)
          found = { ...script, line: place.lineNumber, column: place.columnNumber };
      });
    });
    return found;
  } finally {
    delete holder[SLOT];
    session.disconnect();
  }
}

function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length - 1, column: before.at(-1)?.length ?? 0 };
}

/** By the script's source map; else by whoever maps stack traces in this process, asked the usual way: with a call site. */
function original(place: KernelPlace, mapUrl: string): KernelPlace {
  const found = sourceMapOf(place.file, mapUrl)?.findEntry(place.line - 1, place.column - 1);
  if (found !== undefined && "originalSource" in found) {
    const file = toPath(new URL(found.originalSource, toUrl(place.file)).href);
    return { file, line: found.originalLine + 1, column: found.originalColumn + 1 };
  }
  const { prepareStackTrace } = Error as { prepareStackTrace?: (error: Error, sites: unknown[]) => unknown };
  const text =
    typeof prepareStackTrace === "function" ? String(prepareStackTrace(new Error("place"), [siteAt(place)])) : "";
  const [, file, line, column] = /(?:\(|at )([^()\s][^()]*):(\d+):(\d+)\)?$/m.exec(text) ?? [];
  return file === undefined
    ? { ...place, file: toPath(place.file) }
    : { file: toPath(file), line: Number(line), column: Number(column) };
}

/** Node knows those of what it loaded while source maps were on; others are read. */
function sourceMapOf(file: string, mapUrl: string): SourceMap | null {
  const known = findSourceMap(file);
  if (known !== undefined) return known;
  if (mapUrl === "") return null;
  const [, inline] = /^data:application\/json[^,]*;base64,(.*)$/.exec(mapUrl) ?? [];
  const text =
    inline === undefined
      ? readFileSync(fileURLToPath(new URL(mapUrl, toUrl(file))), "utf8")
      : Buffer.from(inline, "base64").toString();
  return new SourceMap(JSON.parse(text) as ConstructorParameters<typeof SourceMap>[0]);
}

function siteAt({ file, line, column }: KernelPlace): unknown {
  const values: Record<string, unknown> = {
    getFileName: file,
    getScriptNameOrSourceURL: file,
    getLineNumber: line,
    getColumnNumber: column,
    getFunctionName: "kernel",
    getTypeName: null,
    getMethodName: null,
    isToplevel: true,
    isAsync: false,
    isNative: false,
    isEval: false,
    isConstructor: false,
    isPromiseAll: false,
    toString: `kernel (${file}:${line}:${column})`,
  };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, () => value]));
}

function toUrl(file: string): string {
  return path.isAbsolute(file) ? pathToFileURL(file).href : file;
}

function toPath(file: string): string {
  return file.startsWith("file:") ? fileURLToPath(file) : file;
}
