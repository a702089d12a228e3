import { describe, expect, test } from "vitest";
import { ansiHtml } from "../../../runtime/web/page/parts/ansi-html.ts";

describe("a line of output as HTML", () => {
  test.each([
    ["<img src=x onerror=alert(1)>&", "&lt;img src=x onerror=alert(1)&gt;&amp;"],
    ["\u001b[31mred\u001b[0m plain", '<span class="ansi-red-fg">red</span> plain'],
    ["\u001b[2J\u001b[1;1Hgone", "\\x1b[2J\\x1b[1;1Hgone"],
    ["\u001b]0;title\u0007", "\\x1b]0;title\\x07"],
    ["\u202eabc\u2066", "\\u202eabc\\u2066"],
    ["50 %\r100 %", "50 %\\r100 %"],
  ])("%j is %j", (line, html) => {
    expect(ansiHtml(line)).toBe(html);
  });

  test("links lead to the web or nowhere", () => {
    const link = (address: string) => ansiHtml(`\u001b]8;;${address}\u0007here\u001b]8;;\u0007`);
    expect(link("https://example.org/a?b=1")).toContain('<a href="https://example.org/a?b=1">here</a>');
    for (const address of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", " https://x"])
      expect(link(address)).not.toContain("<a");
    expect(link('https://example.org/"onclick="alert(1)')).not.toMatch(/<a[^>]*" ?onclick/);
  });

  test("a link that is left open swallows nothing", () => {
    expect(ansiHtml("\u001b]8;;https://example.org/\u0007the rest of the line")).toContain("the rest of the line");
  });
});
