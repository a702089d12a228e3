import fc from "fast-check";
import { expect, test } from "vitest";
import { safeSvg } from "../../runtime/render/cards/safe-svg.ts";
import { dangersIn } from "./drawn-card.ts";

const PIECES = [
  ...[
    "<script>",
    "</script>",
    "<svg",
    "<g ",
    "<style>",
    "</style>",
    "<!--",
    "-->",
    "<foreignObject>",
    "<a ",
    "<image ",
    "<use ",
  ],
  ...[">", "/>", '"', "'", "=", " ", "x", "&lt;", "&#106;", "&quot;", "\n", "<", "</", "<![CDATA[", "]]>", "<animate "],
  ...["onload=alert(1)", 'onload="alert(1)"', "href='javascript:alert(1)'", 'xlink:href="https://example.com"'],
  ...[
    'fill="url(https://example.com/x)"',
    'style="background:url(x)"',
    'src="//example.com"',
    'id="a"',
    'clip-path="url(#a)"',
  ],
];

test("whatever a library draws, nothing of it runs or loads", () => {
  const drawings = fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(drawings, (drawing) => {
      const safe = safeSvg(drawing, "u");
      expect(dangersIn(`<body>${safe}</body>`)).toEqual([]);
      expect(safe).not.toMatch(/<(?!\/?(svg|g|path|rect|text|title)\b)/i);
      expect(safe).not.toMatch(/<[^>]*url\((?!#u-)/i);
    }),
    { numRuns: 2000 },
  );
});

test("a drawing keeps its elements, texts and what it names, apart from others of the page", () => {
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><defs><clipPath id="c"><rect width="1" height="1"/></clipPath></defs><g clip-path="url(#c)"><text x="1">a &lt; b &amp; c</text></g></svg>`;
  const safe = safeSvg(drawing, "u");
  expect(safe).toBe(drawing.replace('id="c"', 'id="u-c"').replace("url(#c)", "url(#u-c)"));
});
