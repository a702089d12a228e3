import { inspect } from "node:util";

/** @throws TypeError that the card shows */
export function wantedText(value: unknown, what: string): string {
  if (typeof value === "string") return value;
  throw new TypeError(`${what} is not a string: ${seen(value)}`);
}

/** @throws TypeError that the card shows */
export function wantedList(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[];
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as Iterable<unknown>);
  throw new TypeError(`${what} is not a list: ${seen(value)}`);
}

export function seen(value: unknown): string {
  return inspect(value, { depth: 0, breakLength: Infinity }).slice(0, 80);
}
