import { appendAll } from "../../sdk/base/append-all.ts";

/** The texts inside a text of JSON, however deep; those inside texts that are JSON themselves, too. Names of keys are none. */
export function jsonTexts(text: string): readonly string[] {
  if (!/^\s*[[{]/.test(text)) return [];
  const found: string[] = [];
  try {
    JSON.parse(text, (_, value: unknown) => {
      if (typeof value === "string") appendAll(found, [value, ...jsonTexts(value)]);
      return value;
    });
  } catch {
    // It is not JSON after all; a reviver is called once the whole text has been read.
  }
  return found;
}
