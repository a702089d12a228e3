import { randomUUID } from "node:crypto";
import pc from "picocolors";
import type { Colors } from "picocolors/types.js";
import { visible } from "../../sdk/base/visible.ts";
import { appendAll } from "../../sdk/base/append-all.ts";

/**
 * Stands before a colour of our own until the text goes out. Nobody else can write it, so that whatever else looks like
 * a sequence for the terminal is known to come from what is shown.
 */
const MARK = `\u001b${randomUUID()}`;
const PAINT = new RegExp(`${MARK}([\\d;:]*)m`);
/** Ends all colours. */
export const RESET = `${MARK}0m`;
const SGR = /\u001b\[([\d;:]*)m/g;

/** Text as it goes to a terminal or pipe: of all that could drive it, our own colours alone are left. */
export function onScreen(text: string): string {
  const parts = text.split(PAINT);
  return parts.map((part, at) => (at % 2 === 0 ? visible(part) : `\u001b[${part}m`)).join("");
}

/** The same without colours, as when it is measured. */
export function unpainted(text: string): string {
  return visible(
    text
      .split(PAINT)
      .filter((_, at) => at % 2 === 0)
      .join(""),
  );
}

/** Lets the colours of a text through that has some of its own. */
export function keepColors(text: string): string {
  return text.replace(SGR, (_, codes: string) => {
    const kept = withoutConceal(codes);
    return kept === "" && codes !== "" ? "" : `${MARK}${kept}m`;
  });
}

/** A text without the colours that it has of its own. */
export function withoutColors(text: string): string {
  return text.replace(SGR, "");
}

/** Whether a painted text ends in a colour; null if it has none. */
export function leavesColorsOn(text: string): boolean | null {
  const codes = [...text.matchAll(new RegExp(PAINT, "g"))].at(-1)?.[1];
  return codes === undefined ? null : !/^(0+|)$/.test(codes);
}

/** Picocolors' functions, with marks in the place of its sequences. */
export function paintColors(isEnabled: boolean): Colors {
  const plain = pc.createColors(isEnabled);
  if (!isEnabled) return plain;
  const painted = Object.entries(plain).map(([name, apply]): [string, unknown] => [
    name,
    typeof apply === "function" ? painter(apply as (text: string) => string) : apply,
  ]);
  return Object.fromEntries(painted) as unknown as Colors;
}

function painter(apply: (text: string) => string): (text: unknown) => string {
  const [open = "", close = ""] = apply("\n")
    .split("\n")
    .map((sequence) => keepColors(sequence));
  // What is painted already is followed by the colour around it.
  return (text) => `${open}${String(text).replaceAll(close, close + open)}${close}`;
}

/** Code 8 hides what follows; the numbers that belong to another code are left alone. */
function withoutConceal(codes: string): string {
  const numbers = codes.split(";");
  const kept: string[] = [];
  for (let at = 0; at < numbers.length; at += 1) {
    const code = numbers[at] ?? "";
    const more = /^[345]8$/.test(code) ? { "5": 2, "2": 4 }[numbers[at + 1] ?? ""] : 0;
    if (code !== "8") appendAll(kept, [code, ...numbers.slice(at + 1, at + 1 + (more ?? 0))]);
    at += more ?? 0;
  }
  return kept.join(";");
}
