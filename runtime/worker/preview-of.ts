import { types } from "node:util";
import { builtinNameOf } from "../datastore/codec/builtin-name-of.ts";
import { describe } from "../datastore/codec/describe.ts";

export interface PreviewOfOptions {
  /** Puts `***` in the place of secrets: before anything is cut, as half a secret is not recognized. */
  hide(text: string): string;
  /** Beyond this nothing more is added. */
  readonly maxChars: number;
}

/** A text, number, date … as it is written plainly; null for anything else. */
export function scalarText(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  return types.isDate(value) ? dateText(value) : null;
}

/** One short line that says what a value is like: a label must not cost what a look into the whole of it does. */
export function previewOf(value: unknown, options: PreviewOfOptions): string {
  try {
    const scalar = scalarText(value);
    if (scalar !== null) return options.hide(scalar);
    if (value === null || value === undefined) return String(value);
    if (Array.isArray(value)) return `[${listed(value.values(), (item) => inner(item, options), options)}]`;
    if (!isPlain(value)) return typeof value === "object" ? describe(value) : typeof value;
    const text = (key: string) => `${options.hide(key)}: ${inner((value as Record<string, unknown>)[key], options)}`;
    const fields = listed(Object.keys(value), text, options);
    return fields === "" ? "{}" : `{ ${fields} }`;
  } catch {
    // A getter or a proxy of the flow's own.
    return "";
  }
}

function inner(value: unknown, { hide }: PreviewOfOptions): string {
  if (typeof value === "string") return JSON.stringify(hide(value));
  const scalar = scalarText(value);
  if (scalar !== null) return hide(scalar);
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return value.length === 0 ? "[]" : "[…]";
  return isPlain(value) ? "{…}" : describe(value);
}

function listed<T>(parts: Iterable<T>, textOf: (part: T) => string, { maxChars }: PreviewOfOptions): string {
  let text = "";
  for (const part of parts) {
    if (text.length > maxChars) break;
    text += `${text === "" ? "" : ", "}${textOf(part)}`;
  }
  return text;
}

/** A day is written as one. */
function dateText(date: Date): string {
  return Number.isNaN(date.getTime()) ? "Invalid Date" : date.toISOString().replace(/T00:00:00\.000Z$|\.000(?=Z$)/, "");
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || builtinNameOf(prototype as object) === "Object";
}
