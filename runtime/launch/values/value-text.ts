import { inspect } from "node:util";

/** A value as a message shows it, on one line. */
export function valueText(value: unknown): string {
  return inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: 3, maxStringLength: 200, maxArrayLength: 10 });
}
