import { types } from "node:util";
import { rowsOf } from "../text/rows-of.ts";
import { type Html, markup } from "./html.ts";
import { imageOf } from "./image.ts";
import { numbersView } from "./numbers-view.ts";
import { rowsView } from "./rows-view.ts";
import { treeView } from "./tree-view.ts";

/** Fewer numbers are read quicker one by one. */
const MIN_NUMBERS = 8;
const MAX_TEXT_CHARS = 10_000;

/** A value as it is best looked at: picture, table, histogram, text or tree. */
export function valueView(value: unknown): Html {
  const image = imageOf(value);
  if (image !== null) {
    return markup`<img
      alt="the artifact as a picture"
      style="max-width:100%"
      src="data:${image.mime};base64,${image.base64}"
    />`;
  }
  if (typeof value === "string") return textView(value);
  if (types.isTypedArray(value)) return numbersView(value);
  if (isNumberList(value)) return numbersView(value);
  const rows = rowsOf(value);
  return rows === null ? treeView(value) : rowsView(rows);
}

function textView(text: string): Html {
  const isLong = text.length > MAX_TEXT_CHARS;
  const note = isLong ? markup`<div class="dim">the first ${MAX_TEXT_CHARS} of ${text.length} characters</div>` : "";
  return markup`<pre>${isLong ? text.slice(0, MAX_TEXT_CHARS) : text}</pre>
    ${note}`;
}

function isNumberList(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length >= MIN_NUMBERS && value.every((item) => typeof item === "number");
}
