import fs from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { ROOT } from "../../rigs/harness.ts";

const FOLDER = path.join(ROOT, "dist/page");
const MAX_BYTES = 150_000;

test("the page is one document, one script and one style sheet, of at most 150 kB as they are sent", () => {
  const files = fs.readdirSync(path.join(FOLDER, "assets")).sort();
  expect(files.map((file) => path.extname(file)).sort()).toEqual([".css", ".js"]);
  const bytes = files.map((file) => gzipSync(fs.readFileSync(path.join(FOLDER, "assets", file))).length);
  expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(MAX_BYTES);
});

test("the document has no scripts and styles of its own, which the policy would refuse", () => {
  const html = fs.readFileSync(path.join(FOLDER, "index.html"), "utf8");
  expect(html).not.toMatch(/<style|<script(?![^>]* src=)|style=|onload=/);
});

test("the licences of what the page is made of are in the package", () => {
  const licences = fs.readFileSync(path.join(ROOT, "dist/THIRD-PARTY-LICENSES.txt"), "utf8");
  for (const name of ["preact", "@preact/signals", "uplot", "@dagrejs/dagre", "ansi_up"])
    expect(licences).toMatch(new RegExp(`^${name.replace("/", "\\/")} \\d`, "m"));
});
