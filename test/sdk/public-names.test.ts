import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { expect, test } from "vitest";

const NAMES = [
  "FlowSpec",
  "MillraceError",
  "batch",
  "cache",
  "catchError",
  "checkpoint",
  "config",
  "current",
  "docker",
  "env",
  "includeFile",
  "main",
  "onExit",
  "parameter",
  "project",
  "registerType",
  "resources",
  "retry",
  "secrets",
  "step",
  "timeout",
];

test("the package exports these names and no others", async () => {
  expect(Object.keys(await import("millrace")).sort()).toEqual(NAMES);
});

test("CommonJS gets the same names", () => {
  const names = Object.keys(createRequire(import.meta.url)("millrace") as object);
  expect(names.filter((name) => name !== "__esModule").sort()).toEqual(NAMES);
});

test("millrace/arrow exports no names and is there for CommonJS", async () => {
  expect(Object.keys(await import("millrace/arrow"))).toEqual([]);
  const names = Object.keys(createRequire(import.meta.url)("millrace/arrow") as object);
  expect(names.filter((name) => name !== "__esModule")).toEqual([]);
});

test("nothing but millrace/arrow loads Apache Arrow", () => {
  const folder = path.join(import.meta.dirname, "../../dist");
  const files = fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /\.c?js$/.test(file));
  const loading = files.filter((file) => fs.readFileSync(path.join(folder, file), "utf8").includes('"apache-arrow"'));
  expect(loading.sort()).toEqual(["arrow.cjs", "arrow.js"]);
});
