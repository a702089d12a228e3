import { inspect } from "node:util";
import type { OutputBundle } from "../front/protocol.ts";
import { liveValue } from "./live-value.ts";

const MAX_LINES = 40;

/** What the live value under the cursor is; null where there is none. */
export function inspectCode(code: string, { cursor }: { cursor: number }): OutputBundle | null {
  const [before = ""] = /[\p{ID_Continue}$.]*$/u.exec(code.slice(0, cursor)) ?? [];
  const [after = ""] = /^[\p{ID_Continue}$]*/u.exec(code.slice(cursor)) ?? [];
  const chain = `${before}${after}`.replace(/\.$/, "");
  const found = chain === "" ? null : liveValue(chain.split("."));
  return found === null ? null : { "text/plain": `${chain}: ${kindOf(found.value)}\n\n${shown(found.value)}` };
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "function") return isClass(value) ? "class" : "function";
  if (typeof value !== "object") return typeof value;
  const made = (Object.getPrototypeOf(value) as { constructor?: { name?: unknown } } | null)?.constructor?.name;
  return typeof made === "string" && made !== "" ? made : "object";
}

function shown(value: unknown): string {
  const text = typeof value === "function" ? Function.prototype.toString.call(value) : inspect(value, { depth: 1 });
  const lines = text.split("\n");
  return lines.length > MAX_LINES ? [...lines.slice(0, MAX_LINES), "…"].join("\n") : text;
}

function isClass(value: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}
