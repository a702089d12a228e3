import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import type { NotebookFile } from "../../runtime/notebook/file/notebook-file.ts";
import { writePage } from "../../runtime/notebook/page/write-page.ts";
import { safeHtml } from "../../runtime/notebook/page/safe-html.ts";
import { temporaryFolder } from "../rigs/harness.ts";

test.each([
  ['<meta http-equiv="refresh" content="0;url=//evil.example">x', "x"],
  ['<BASE href="//evil.example"><a href="a.html">x</a>', '<a href="a.html" rel="noopener noreferrer">x</a>'],
  ['<link rel=dns-prefetch href="//evil.example"><p>x', "<p>x</p>"],
  ['<form action="//evil.example"><input name=password><button>go</button></form>', "go"],
  ['<iframe srcdoc="<script>1</script>">y</iframe>x', "x"],
  ["<style>body{display:none}</style><script>alert(1)</script>x", "x"],
  ["<style>never closed", ""],
  ["<svg><style>*{opacity:0}</style><path d='M0 0'/></svg>", '<svg><path d="M0 0"></path></svg>'],
  [
    '<svg><animate attributeName="href" to="javascript:1"/><use href="//evil.example/#x"/></svg>',
    "<svg><use></use></svg>",
  ],
  ['<svg viewBox="0 0 1 1"><a xlink:href="javascript:1">t</a></svg>', '<svg viewBox="0 0 1 1"><a>t</a></svg>'],
  ['<a href="java&#x0A;script&colon;alert(1)" ping="//evil.example" onclick="1" target=_top>x</a>', "<a>x</a>"],
  ["<a href='//evil.example'>x</a>", "<a>x</a>"],
  ['<img src="https://evil.example/x.png" onerror=alert(1) alt=a>', '<img alt="a">'],
  ['<img src="data:text/html,x"><img src="data:image/png;base64,AA==">', '<img><img src="data:image/png;base64,AA==">'],
  [
    '<p style="position:fixed;inset:0;color:red;background:url(//evil.example)">x</p>',
    '<p style="inset:0; color:red">x</p>',
  ],
  ["</div></main></body><b>x", "<b>x</b>"],
  [
    "<!-- <b> --><!doctype html><?php ?>a <b>1 < 2 & 3 > 2</b> &amp; &lt;i&gt;",
    "a <b>1 &lt; 2 & 3 &gt; 2</b> &amp; &lt;i&gt;",
  ],
  ['<a href="x', '&lt;a href="x'],
  ['<p title="a>b">x', '<p title="a&gt;b">x</p>'],
  ["<plaintext>rest <b>of</b> the page", ""],
  ["<template><img src=x></template><object data='//evil.example'>o</object>x", "x"],
])("%s becomes %s", (html, wanted) => {
  expect(safeHtml(html)).toBe(wanted);
});

test("a long output that is nothing but beginnings of tags is read at once", () => {
  const started = performance.now();
  safeHtml('<a "'.repeat(20_001));
  expect(performance.now() - started).toBeLessThan(20_000);
});

test("a table of a data frame keeps its looks", () => {
  const html = '<table border="1" class="dataframe"><tr><td align="right" style="color: red">1</td></tr></table>';
  expect(safeHtml(html)).toBe(html);
});

test("a page embeds pictures of the notebook's folder, whatever their names are, and of no other place", () => {
  const folder = temporaryFolder();
  const outside = path.join(folder, "outside.png");
  const inside = path.join(folder, "project");
  fs.mkdirSync(path.join(inside, "pictures"), { recursive: true });
  fs.writeFileSync(outside, "outside");
  for (const name of ["100%.png", "a b.png", "größe#1?.png", "a%20c.png"])
    fs.writeFileSync(path.join(inside, "pictures", name), name);
  fs.symlinkSync(outside, path.join(inside, "link.png"));
  fs.symlinkSync(folder, path.join(inside, "up"));
  if (process.platform !== "win32") execFileSync("mkfifo", [path.join(inside, "pipe.png")]);
  const good = ["100%.png", "100%25.png", "a%20b.png", "gr%C3%B6%C3%9Fe%231%3F.png", "a%20c.png"].map(
    (name) => `pictures/${name}`,
  );
  const bad = [
    "../outside.png",
    "link.png",
    "up/outside.png",
    "pipe.png",
    outside,
    "..%2foutside.png",
    "%00.png",
    `file://${outside}`,
  ];
  const source = [...good, ...bad].map((name, at) => `![p${at}](<${name}>)`).join("\n\n");
  const page = pageOf(path.join(inside, "book.ipynb"), [{ cell_type: "markdown", metadata: {}, source }]);
  for (const [at] of good.entries()) expect(page, good[at]).toMatch(new RegExp(`src="data:image/png[^>]*alt="p${at}"`));
  for (const [at, name] of bad.entries()) expect(page, name).toContain(`<img alt="p${good.length + at}">`);
  expect(page).not.toContain(Buffer.from("outside").toString("base64"));
});

test("neither a text, nor an output, nor a number of a cell acts on who opens the page", () => {
  const folder = temporaryFolder();
  fs.writeFileSync(path.join(folder, "secret.png"), "secret");
  const html =
    '<meta http-equiv="refresh" content="0;url=https://evil.example"><style>main{display:none}</style><b>seen</b>';
  const outputs = [
    { output_type: "display_data", metadata: {}, data: { "text/html": html } },
    {
      output_type: "display_data",
      metadata: {},
      data: { "text/markdown": `${html} ![s](secret.png) ![e](https://evil.example/x.png)` },
    },
    { output_type: "stream", name: "stdout", text: "\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007" },
  ];
  const page = pageOf(path.join(folder, "book.ipynb"), [
    { cell_type: "markdown", metadata: {}, source: `# <base href="//evil.example"> title\n\n${html}\n\n- [x] done` },
    { cell_type: "code", metadata: {}, execution_count: '<img src="//evil.example">', source: "1", outputs },
  ]);
  expect(page.match(/<b>seen<\/b>/g)).toHaveLength(3);
  expect(page).toContain("☑ done");
  const body = page.slice(page.indexOf("<body>"));
  expect(body).not.toMatch(/<(meta|base|style|link|iframe|form|script)\b/i);
  expect(body).not.toMatch(/(src|href)="(https?:)?\/\//);
  expect(body).not.toContain(Buffer.from("secret").toString("base64"));
});

function pageOf(source: string, cells: readonly object[]): string {
  const file = path.join(path.dirname(source), "out/page.html");
  const notebook = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells } as unknown as NotebookFile;
  writePage(file, { notebook, source });
  return fs.readFileSync(file, "utf8");
}

test("end tags without a beginning cost nothing, however much is open", () => {
  const before = process.cpuUsage().user;
  expect(safeHtml("<div>".repeat(40_000) + "</p>".repeat(40_000))).toBe(
    "<div>".repeat(40_000) + "</div>".repeat(40_000),
  );
  expect((process.cpuUsage().user - before) / 1000).toBeLessThan(3000);
});

test("an end tag closes the innermost of its name with all in it, again and again", () => {
  expect(safeHtml("<b><p><b><i></b></b>x</b></p><p></p></i>")).toBe("<b><p><b><i></i></b></p></b>x<p></p>");
});
