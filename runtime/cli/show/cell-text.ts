import { visibleLine } from "../../../sdk/base/visible.ts";
import { previewText } from "../../text/preview-text.ts";

const MAX_CHARS = 60;

/** A value as a cell of a table, short and on one line. */
export function cellText(value: unknown): string {
  const text = plainText(value) ?? previewText(value, { maxDepth: null, hasColors: false });
  return text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS - 1)}…` : text;
}

/** True for what ends at the same place in a column. */
export function isNumeric(value: unknown): boolean {
  return typeof value === "number" || typeof value === "bigint";
}

function plainText(value: unknown): string | null {
  if (typeof value === "string") return visibleLine(value.slice(0, MAX_CHARS + 1));
  if (isNumeric(value) || typeof value === "boolean") return String(value);
  return value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : null;
}
