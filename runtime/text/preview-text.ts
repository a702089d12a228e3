import { inspect } from "node:util";
import { visible } from "../../sdk/base/visible.ts";

export interface PreviewOptions {
  /** Null for one line that says what the value is like. */
  readonly maxDepth: number | null;
  readonly hasColors: boolean;
}

const MAX_LINE_CHARS = 100;

/** A value for people to read, never long. */
export function previewText(value: unknown, { maxDepth, hasColors }: PreviewOptions): string {
  if (maxDepth === null) return lineText(value);
  return inspect(value, {
    depth: maxDepth,
    colors: hasColors,
    maxArrayLength: 200,
    maxStringLength: 20_000,
    breakLength: 100,
  });
}

function lineText(value: unknown): string {
  const options = { depth: 2, breakLength: Infinity, compact: true, maxArrayLength: 6, maxStringLength: 200 };
  // The stack of an error spans lines and may hold anything.
  const shown = value instanceof Error ? `${value.name}: ${value.message}` : inspect(value, options);
  const line = visible(shown.replace(/\s+/g, " "));
  return line.length > MAX_LINE_CHARS ? `${line.slice(0, MAX_LINE_CHARS - 1)}…` : line;
}
