import { parse, TomlDate, TomlError } from "smol-toml";
import { isScalar, LineCounter, parseDocument, stringify, visit } from "yaml";
import { placeIn } from "./json-fault.ts";

/** What a text holds, or where and why it holds nothing. Line and column count from 1. */
export type ParsedText =
  { readonly value: unknown } | { readonly problem: string; readonly line: number; readonly column: number };

/** Formats of configuration files beside JSON. */
export const configFormats = { YAML: yaml, TOML: toml } as const;

/** Documents as one YAML text. Lines are not folded, and nothing is written as a reference to something else. */
export function yamlText(documents: readonly object[]): string {
  return documents.map((one) => stringify(one, { lineWidth: 0, aliasDuplicateObjects: false })).join("---\n");
}

/** YAML 1.2, which is data alone: no tag runs code. */
function yaml(text: string): ParsedText {
  const lines = new LineCounter();
  const document = parseDocument(text, { intAsBigInt: true, merge: true, lineCounter: lines, prettyErrors: true });
  // A tag that means nothing is a warning there, and its value would be taken for a text.
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined) {
    const { line = 1, col = 1 } = error.linePos?.[0] ?? {};
    // The rest of its message is a picture of the place.
    const [problem = ""] = error.message.split("\n");
    return { problem: problem.replace(/ at line \d+, column \d+:?$/, ""), line, column: col };
  }
  let inexact: ParsedText | null = null;
  visit(document, {
    Scalar(place, node) {
      const { value, source = String(value) } = node;
      if (typeof value === "bigint" && Number.isSafeInteger(Number(value))) node.value = Number(value);
      const isNumber = place !== "key" && typeof node.value === "number";
      if (typeof node.value !== "bigint" && (!isNumber || Number.isFinite(node.value))) return undefined;
      const { line, col } = lines.linePos(node.range?.[0] ?? 0);
      inexact = { problem: typeof value === "bigint" ? tooLarge(value) : notFinite(source), line, column: col };
      return visit.BREAK;
    },
    Pair(_, { key }) {
      // A key is a text in the end, whatever it looks like.
      if (isScalar(key) && typeof key.value === "bigint") key.value = String(key.value);
    },
  });
  if (inexact !== null) return inexact;
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) };
  } catch (cause) {
    return { problem: cause instanceof Error ? cause.message : String(cause), line: 1, column: 1 };
  }
}

function toml(text: string): ParsedText {
  try {
    const value = parse(text);
    return (isFinite(value) ? null : notFiniteIn(text)) ?? { value: plain(value) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [problem = ""] = error.message.split("\n");
    return { problem: problem.replace(/^Invalid TOML document: /, ""), line: error.line, column: error.column };
  }
}

/** As JSON would have it: dates as text, objects as others are. */
function plain(value: unknown): unknown {
  if (value instanceof TomlDate) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

function isFinite(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null || value instanceof TomlDate) return true;
  return Object.values(value).every(isFinite);
}

/** The parser says no places: the first value that is written like such a number. */
function notFiniteIn(text: string): ParsedText | null {
  for (const { 0: token, index } of text.matchAll(TOML_TOKENS)) {
    const isKey = /^[ \t]*[=.]/.test(text.slice(index + token.length));
    const isEndless =
      /^[+-]?(inf|nan)$/.test(token) || Math.abs(Number(token.replaceAll("_", ""))) === Number.POSITIVE_INFINITY;
    if (isKey || !isEndless) continue;
    return { problem: notFinite(token), ...placeIn(text, index) };
  }
  return null;
}

const TOML_TOKENS =
  /"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#.*|^[ \t]*\[[^\n=]*\][ \t]*$|[^\s=,[\]{}"'#]+/gm;

function notFinite(text: string): string {
  return `${text} is ${/nan$/i.test(text) ? "no number" : "more than a number can hold"}: leave it out, or write it in quotes`;
}

function tooLarge(integer: bigint): string {
  return `${integer} would become ${BigInt(Number(integer))}: numbers hold whole ones up to 2^53; write it in quotes`;
}
