import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Doc comments of one class, as its source file has them. */
export interface ClassDocs {
  readonly flow: string | null;
  readonly members: ReadonlyMap<string, string>;
}

const NO_DOCS: ClassDocs = { flow: null, members: new Map() };
const MODIFIERS = new Set([
  "public",
  "private",
  "protected",
  "override",
  "async",
  "static",
  "export",
  "default",
  "abstract",
]);

/**
 * Doc comments of a class and of its methods. Compilers drop comments, so the source file is scanned as text:
 * enough to find what follows each comment, and far cheaper than parsing TypeScript.
 */
export function readDocs(source: string, className: string): ClassDocs {
  const members = new Map<string, string>();
  let flow: string | null = null;
  const region = classRegion(source, className);
  if (region === null) return NO_DOCS;
  for (const comment of source.matchAll(/\/\*\*(?!\/)([\s\S]*?)\*\//g)) {
    const start = comment.index;
    const declared = declarationAt(source, start + comment[0].length);
    if (declared === null) continue;
    const text = textOf(comment[1] ?? "");
    if (text === "") continue;
    if (declared.kind === "class" && declared.name === className) flow = text;
    const isInside = start > region.start && start < region.end;
    if (declared.kind === "method" && isInside && !members.has(declared.name)) members.set(declared.name, text);
  }
  return { flow, members };
}

/** The text of a source file named by a stack frame; `null` where there is none. */
export function readSource(file: string): string | null {
  try {
    return readFileSync(pathOf(file), "utf8");
  } catch {
    return null;
  }
}

/** A stack frame names ES modules by URL and CommonJS modules by path. */
export function pathOf(file: string): string {
  return file.startsWith("file:") ? fileURLToPath(new URL(file.replace(/[?#].*$/, ""))) : file;
}

function classRegion(source: string, name: string): { start: number; end: number } | null {
  const declarations = [...source.matchAll(/^[^\S\n]*(?:(?:@\S+|export|default|abstract)\s+)*class\s+([\w$]+)/gm)];
  const position = declarations.findIndex((match) => match[1] === name);
  const own = declarations[position];
  if (own === undefined) return null;
  return { start: own.index, end: declarations[position + 1]?.index ?? source.length };
}

/** What is declared at `start`, past decorators, comments and modifiers. */
function declarationAt(source: string, start: number): { kind: "class" | "method"; name: string } | null {
  let position = start;
  for (;;) {
    position = skipSpace(source, position);
    if (source[position] === "@") {
      position = skipDecorator(source, position + 1);
      continue;
    }
    const word = /^[\w$]+/.exec(source.slice(position, position + 200))?.[0];
    if (word === undefined) return null;
    position += word.length;
    const next = source[skipSpace(source, position)];
    if (word === "class") {
      const name = /^\s+([\w$]+)/.exec(source.slice(position, position + 200))?.[1];
      return name === undefined ? null : { kind: "class", name };
    }
    if (next === "(" || next === "<") return { kind: "method", name: word };
    if (!MODIFIERS.has(word)) return null;
  }
}

function skipSpace(source: string, start: number): number {
  const pattern = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
  pattern.lastIndex = start;
  pattern.exec(source);
  return pattern.lastIndex;
}

/** Past `name.name(…)`, where strings inside the parentheses may hold parentheses of their own. */
function skipDecorator(source: string, start: number): number {
  const pattern = /[\w$.]+/y;
  pattern.lastIndex = start;
  pattern.exec(source);
  let position = pattern.lastIndex;
  if (source[position] !== "(") return Math.max(position, start);
  const token = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[\s\S]/y;
  for (let depth = 0; position < source.length;) {
    token.lastIndex = position;
    const text = token.exec(source)?.[0] ?? "";
    position = token.lastIndex;
    if (text === "(") depth += 1;
    if (text === ")" && --depth === 0) break;
    if (text === "") break;
  }
  return position;
}

function textOf(comment: string): string {
  const lines = comment.split("\n").map((line) => line.replace(/^\s*\*? ?/, "").trimEnd());
  const tag = lines.findIndex((line) => line.startsWith("@"));
  return (tag < 0 ? lines : lines.slice(0, tag)).join("\n").trim();
}
