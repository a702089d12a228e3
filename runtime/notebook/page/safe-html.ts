import { escapeHtml } from "../../text/escape-html.ts";
import { OpenElements } from "./open-elements.ts";

/** Elements that show something and do nothing. All others are left out, these last with all that is in them. */
const SHOWN = new Set(
  `a abbr address article aside b bdi blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure
  footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q rp rt ruby s samp section small span strong sub summary
  sup table tbody td tfoot th thead time tr u ul var wbr
  svg g path rect circle ellipse line polyline polygon text tspan defs lineargradient radialgradient stop clippath marker symbol use`.split(
    /\s+/,
  ),
);
const VOID = new Set(["br", "col", "hr", "img", "wbr"]);
/** What stands in these is no text for a reader. */
const SWALLOWED =
  /^(script|style|template|title|textarea|select|iframe|object|noscript|noembed|noframes|xmp|plaintext|math|audio|video|canvas|head)$/;
const PLAIN_ATTRIBUTES =
  /^(align|alt|border|class|colspan|dir|height|id|lang|open|reversed|role|rowspan|scope|start|title|type|valign|width|aria-[a-z]+)$/;
const DRAWING_ATTRIBUTES =
  /^(xmlns|viewbox|preserveaspectratio|d|x|y|x1|x2|y1|y2|cx|cy|r|rx|ry|dx|dy|fx|fy|points|offset|transform|opacity|clip-path|fill|fill-opacity|fill-rule|stroke|stroke-(width|opacity|dasharray|linecap|linejoin)|stop-(color|opacity)|marker-(start|mid|end)|markerwidth|markerheight|orient|refx|refy|gradientunits|gradienttransform|text-anchor|dominant-baseline|font-(family|size|weight|style)|vector-effect|paint-order)$/;
/** Names whose case drawings depend on. */
const CASED: Readonly<Record<string, string>> = Object.fromEntries(
  "viewBox preserveAspectRatio linearGradient radialGradient clipPath markerWidth markerHeight refX refY gradientUnits gradientTransform"
    .split(" ")
    .map((name) => [name.toLowerCase(), name]),
);

const TOKEN =
  /<!--[\s\S]*?(?:-->|$)|<[!?][^>]*(?:>|$)|<(\/?)([a-z][^\s/>]*)((?:[^>"']|"[^"]*"|'[^']*'){0,1000})(?:>|$)|<|[^<]+/gi;
const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>`]+)))?/g;

/**
 * HTML that an output or a text holds, as it may stand in a page: it shows what it showed, but cannot send its reader
 * elsewhere, fetch anything, take input, or change or hide what is around it. Elements are always closed.
 */
export function safeHtml(html: string): string {
  const open = new OpenElements();
  let result = "";
  let swallowing: string | null = null;
  for (const [token, slash, given, attributes = ""] of html.matchAll(TOKEN)) {
    const name = given?.toLowerCase();
    if (swallowing !== null) {
      if (slash === "/" && name === swallowing) swallowing = null;
      continue;
    }
    if (name === undefined) {
      if (!token.startsWith("<!") && !token.startsWith("<?")) result += shownText(token);
    } else if (SWALLOWED.test(name)) {
      if (slash === "" && !/\/\s*$/.test(attributes)) swallowing = name;
    } else if (SHOWN.has(name)) {
      if (slash === "/") result += closed(open, name);
      else result += opened(open, { name, attributes });
    }
  }
  return result + open.takeAll().map(endTag).join("");
}

function opened(open: OpenElements, { name, attributes }: { name: string; attributes: string }): string {
  const isEmpty = VOID.has(name);
  if (!isEmpty) open.push(name);
  const kept = [...attributes.matchAll(ATTRIBUTE)].flatMap(([, key = "", double, single, bare]) => {
    const value = decoded(double ?? single ?? bare ?? "");
    const safe = safeValue({ name, key: key.toLowerCase(), value });
    return safe === null ? [] : [` ${CASED[key.toLowerCase()] ?? key.toLowerCase()}="${escapeHtml(safe)}"`];
  });
  const more = name === "a" && kept.some((one) => one.startsWith(" href")) ? ' rel="noopener noreferrer"' : "";
  return `<${CASED[name] ?? name}${kept.join("")}${more}>${isEmpty || !/\/\s*$/.test(attributes) ? "" : closed(open, name)}`;
}

/** An end tag closes what was opened in it; one without a beginning closes nothing of the page's. */
function closed(open: OpenElements, name: string): string {
  return open.takeTo(name).map(endTag).join("");
}

function endTag(name: string): string {
  return `</${CASED[name] ?? name}>`;
}

function safeValue({ name, key, value }: { name: string; key: string; value: string }): string | null {
  if (key === "style") return safeStyle(value);
  if (key === "href") return name === "a" ? safeLink(value) : /^#[\w-]+$/.test(value) ? value : null;
  if (key === "src") return name === "img" && /^data:image\/[\w.+-]+[;,]/i.test(value) ? value : null;
  if (PLAIN_ATTRIBUTES.test(key)) return value;
  return DRAWING_ATTRIBUTES.test(key) && (!/url\s*\(/i.test(value) || /^url\(#[\w-]+\)$/.test(value)) ? value : null;
}

function safeLink(value: string): string | null {
  const plain = value.replace(/[\0-\u0020\u007f-\u00a0]/g, "");
  if (/^(https?|mailto):/i.test(plain) || plain.startsWith("#")) return value;
  return /^[^:]*([/?#]|$)/.test(plain) && !plain.startsWith("//") ? value : null;
}

/** What places an element over others, or fetches, is left out. */
function safeStyle(value: string): string | null {
  const kept = value
    .split(";")
    .map((one) => one.trim())
    .filter(
      (one) =>
        /^[a-z-]+\s*:/i.test(one) &&
        !/[\\@<>]|\/\*|url|image-set|expression|^position|^z-index|behavior|binding/i.test(one),
    );
  return kept.length === 0 ? null : kept.join("; ");
}

/** As it is written, with what could begin a tag or a reference escaped. */
function shownText(text: string): string {
  return text.replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

const REFERENCES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  colon: ":",
  tab: "\t",
  newline: "\n",
};

/** References in attributes, as far as they could hide what a value is; what is not known stays as it is written. */
function decoded(value: string): string {
  return value.replace(
    /&(?:#x([\da-f]+)|#(\d+)|([a-z]+));?/gi,
    (text, ...[hex, number, name]: (string | undefined)[]) => {
      if (name !== undefined) return REFERENCES[name.toLowerCase()] ?? text;
      const code = hex === undefined ? Number(number) : Number.parseInt(hex, 16);
      return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000) ? String.fromCodePoint(code) : "";
    },
  );
}
