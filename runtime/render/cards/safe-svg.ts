import { escapeHtml } from "../../text/escape-html.ts";

/** What a drawing consists of; everything else is left out. */
const ELEMENTS = new Set(
  "svg g path line rect circle ellipse polygon polyline text tspan title desc defs clippath lineargradient radialgradient stop marker figure figcaption div span h2 h3".split(
    " ",
  ),
);
/** Left out with all that is in them. */
const HIDDEN =
  /<(script|style|foreignobject|iframe|object|embed|template)\b[\s\S]*?(?:<\/\1\s*>|$)|<!--[\s\S]*?(?:-->|$)|<[!?][^>]*>/gi;
const TAG = /<(\/?)([a-z][\w:-]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/gi;
const ATTRIBUTE = /([a-z_][\w:.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/gi;
const NAMES = /^(?!on)[a-z][a-z-]*$/i;
const NOT_NAMES = new Set(["style", "class", "id", "src", "srcset", "href", "background", "action", "formaction"]);

/**
 * A drawing that another program made, without anything that could run or load something: known elements and attributes
 * alone, written anew.
 */
export function safeSvg(drawing: string, unique: string): string {
  const shown = drawing.replace(HIDDEN, "");
  let text = "";
  let at = 0;
  for (const match of shown.matchAll(TAG)) {
    text += plainText(shown.slice(at, match.index));
    at = match.index + match[0].length;
    const [, close = "", name = "", attributes = ""] = match;
    if (!ELEMENTS.has(name.toLowerCase())) continue;
    const end = attributes.trimEnd().endsWith("/") ? "/" : "";
    text += close === "/" ? `</${name}>` : `<${name}${safeAttributes(attributes, unique)}${end}>`;
  }
  return text + plainText(shown.slice(at));
}

function safeAttributes(attributes: string, unique: string): string {
  let text = "";
  for (const [, name = "", double, single] of attributes.matchAll(ATTRIBUTE)) {
    const value = decoded(double ?? single ?? "");
    const written = writtenValue(name.toLowerCase(), value, unique);
    if (written !== null) text += ` ${name}="${escapeHtml(written)}"`;
  }
  return text;
}

/** Parts of the drawing are named apart from those of others on the page. */
function writtenValue(name: string, value: string, unique: string): string | null {
  if (name === "id") return /^[\w:.-]+$/.test(value) ? `${unique}-${value}` : null;
  if (name === "xmlns") return value === "http://www.w3.org/2000/svg" ? value : null;
  if (!NAMES.test(name) || NOT_NAMES.has(name)) return null;
  const own = value.replace(/url\(\s*["']?#([\w:.-]+)["']?\s*\)/g, `url(#${unique}-$1)`);
  const rest = own.replaceAll(`url(#${unique}-`, "");
  return /url\(|javascript:|data:|@import|expression\(/i.test(rest) ? null : own;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

function decoded(text: string): string {
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]+);?/gi, (whole, entity: string) => {
    if (!entity.startsWith("#")) return ENTITIES[entity.toLowerCase()] ?? whole;
    const code = /^#x/i.test(entity) ? parseInt(entity.slice(2), 16) : parseInt(entity.slice(1), 10);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "";
  });
}

function plainText(text: string): string {
  return escapeHtml(decoded(text));
}
