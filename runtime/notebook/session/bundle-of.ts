import { inspect } from "node:util";
import type { OutputBundle } from "../front/protocol.ts";

/** Deno's protocol: an object with this method says itself how notebooks show it, at once or as a promise. */
const JUPYTER_DISPLAY = Symbol.for("Jupyter.display");

/** What a notebook shows for a value; at once, where the value needs no promise. */
export function bundleOf(value: unknown): OutputBundle | Promise<OutputBundle> {
  const own = displayMethod(value);
  if (own === null) return plainBundle(value);
  const made = own.call(value);
  return made instanceof Promise ? made.then((bundle) => completed(bundle, value)) : completed(made, value);
}

/** Bytes as base64, and text for those who can show nothing else. */
export function completed(bundle: unknown, value: unknown): OutputBundle {
  if (typeof bundle !== "object" || bundle === null || Array.isArray(bundle)) return plainBundle(value);
  const entries = Object.entries(bundle).map(([type, data]): [string, unknown] => [
    type,
    data instanceof Uint8Array ? Buffer.from(data).toString("base64") : data,
  ]);
  return { ...("text/plain" in bundle ? {} : { "text/plain": textOf(value) }), ...Object.fromEntries(entries) };
}

function plainBundle(value: unknown): OutputBundle {
  const html = outerHtml(value);
  return { ...(html === null ? {} : { "text/html": html }), "text/plain": textOf(value) };
}

function displayMethod(value: unknown): (() => unknown) | null {
  if ((typeof value !== "object" || value === null) && typeof value !== "function") return null;
  const method = (value as Record<symbol, unknown>)[JUPYTER_DISPLAY];
  return typeof method === "function" ? (method as () => unknown) : null;
}

/** Elements of a DOM, such as a plotting library makes. */
function outerHtml(value: unknown): string | null {
  if (typeof value !== "object" || value === null || !("outerHTML" in value)) return null;
  return typeof value.outerHTML === "string" ? value.outerHTML : null;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? inspect(value, { maxStringLength: null }) : inspect(value);
}
