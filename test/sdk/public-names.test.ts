import { createRequire } from "node:module";
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
