import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../rigs/harness.ts";
import { allPages, repositoryFiles } from "./pages.ts";

const TEXT = fs.readFileSync(path.join(ROOT, "llms.txt"), "utf8");
const [INTRODUCTION = "", ...SECTIONS] = TEXT.split(/^## .*\n/m);
const LINKED = [...TEXT.matchAll(/^- \[[^\]]+\]\(([^)]+)\)/gm)].map(([, target = ""]) => target);

test("llms.txt has the form that readers expect: a title, a summary, sections of links with a description each", () => {
  expect(INTRODUCTION).toMatch(/^# Millrace\n\n> [^\n]+\n\n/);
  expect(SECTIONS.length).toBeGreaterThan(3);
  const lines = SECTIONS.flatMap((section) => section.split("\n")).filter((line) => line !== "");
  expect(lines.filter((line) => !/^- \[[^\]]+\]\([^)\s]+\): \S/.test(line))).toEqual([]);
});

test("the links in llms.txt lead to files", () => {
  const files = new Set(repositoryFiles());
  expect(LINKED.filter((target) => !files.has(target))).toEqual([]);
});

test("llms.txt lists every page once; decisions are listed in docs/README.md", () => {
  const pages = allPages().map(({ name }) => name);
  const missing = pages.filter((name) => !name.startsWith("docs/decisions/") && !LINKED.includes(name));
  expect(missing).toEqual([]);
  expect(LINKED).toEqual([...new Set(LINKED)]);
});

test("llms.txt is in the package", () => {
  const { files } = JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8")) as { files: string[] };
  expect(files).toContain("llms.txt");
});
