import { parse } from "acorn";

/** Where something stands, and how it is written: 1000 or 1e3. */
const LOOKS: ReadonlySet<string> = new Set(["start", "end", "raw"]);

/**
 * A function's syntax tree as text: the same however a compiler writes the function, with or without white space, semicolons
 * and parentheses. What cannot be parsed by itself stands for itself.
 */
export function codeMeaning(code: string): string {
  try {
    return JSON.stringify(parse(`(${code})`, { ecmaVersion: "latest" }), (key, value: unknown) => {
      if (LOOKS.has(key)) return undefined;
      return typeof value === "bigint" ? `${value}n` : value;
    });
  } catch {
    return code;
  }
}
