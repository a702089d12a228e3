import { messageOf } from "../../../sdk/base/message-of.ts";
import { jsonFault, placeIn } from "./json-fault.ts";

/** Parsed JSON, or why it cannot be taken as it stands. */
export type ExactJson =
  | { readonly value: unknown }
  /** Not JSON at all, or JSON with a number that would become another. */
  | { readonly problem: string; readonly isInexact: boolean; readonly line: number; readonly column: number };

/** Parses JSON, and refuses numbers that would silently become others. */
export function exactJson(text: string): ExactJson {
  try {
    const value: unknown = JSON.parse(text);
    for (const { 0: token, index } of text.matchAll(TOKENS)) {
      const problem = token.startsWith('"') ? null : numberProblem(token);
      if (problem !== null) return { problem, isInexact: true, ...placeIn(text, index) };
    }
    return { value };
  } catch (error) {
    const { line = 1, column = 1, expected, seen = "" } = jsonFault(text) ?? {};
    const problem = expected === undefined ? messageOf(error) : `expected ${expected}, found ${seen}`;
    return { problem, isInexact: false, line, column };
  }
}

const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/** Why a number cannot hold what is written; null if it can. */
export function numberProblem(text: string): string | null {
  const number = Number(text);
  if (!Number.isFinite(number)) return `${text} is more than a number can hold`;
  const isWhole = /^-?(\d+|0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+)$/.test(text);
  if (!isWhole || Number.isSafeInteger(number)) return null;
  const [sign, digits] = text.startsWith("-") ? [-1n, text.slice(1)] : [1n, text];
  return sign * BigInt(digits) === BigInt(number)
    ? null
    : `${text} would become ${BigInt(number)}: numbers hold whole ones up to 2^53`;
}
