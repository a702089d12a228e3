import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { ROOT } from "../rigs/harness.ts";

test("docs/errors.md says what the table of codes says", () => {
  expect(() =>
    execFileSync(process.execPath, ["scripts/error-page.mjs", "--check"], { cwd: ROOT, encoding: "utf8" }),
  ).not.toThrow();
});
