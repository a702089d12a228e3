import highlight from "highlight.js/lib/core";
import typescript from "highlight.js/lib/languages/typescript";

highlight.registerLanguage("typescript", typescript);

/** TypeScript as HTML, with classes for its colours. */
export function highlighted(code: string): string {
  return highlight.highlight(code, { language: "typescript", ignoreIllegals: true }).value;
}
