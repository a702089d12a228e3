import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { exitCodeOf } from "../../runtime/cli/report-error.ts";
import { isFinal } from "../../runtime/worker/is-final.ts";
import { ERROR_CODES, type ErrorCode, errorClass } from "../../sdk/base/error-codes.ts";
import { MillraceError } from "../../sdk/base/millrace-error.ts";

const ROOT = path.join(import.meta.dirname, "../..");
const CODES = Object.keys(ERROR_CODES) as ErrorCode[];

function withCode(code: ErrorCode): MillraceError {
  return new MillraceError({ code, headline: "Cannot go on" });
}

function sources(): string[] {
  return ["sdk", "runtime"].flatMap((folder) =>
    fs
      .readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.endsWith("error-codes.ts"))
      .map((name) => fs.readFileSync(path.join(ROOT, folder, name), "utf8")),
  );
}

test("the table holds the codes that the sources give, all of them and no others", () => {
  const text = sources().join("\n");
  const given = [...text.matchAll(/\bcode: "(MILLRACE_\w+)"/g)].map(([, code = ""]) => code);
  expect(given.filter((code) => errorClass(code) === null)).toEqual([]);
  expect(CODES.filter((code) => !text.includes(`"${code}"`))).toEqual([]);
});

test.each([
  ["MILLRACE_USAGE", 2, false],
  ["MILLRACE_UNKNOWN_RUN", 2, false],
  ["MILLRACE_SECRETS", 2, false],
  ["MILLRACE_DECORATOR_OPTION", 2, true],
  ["MILLRACE_INVALID_FLOW", 2, true],
  ["MILLRACE_STORAGE", 1, false],
  ["MILLRACE_TEST", 1, false],
] as const)("%s: exit code %d, the end of a task that cannot load it: %s", (code, exitCode, isEnd) => {
  expect(exitCodeOf(withCode(code))).toBe(exitCode);
  expect(isFinal(withCode(code))).toBe(isEnd);
});

test("the code of a newer Millrace is a failure", () => {
  const error = Object.assign(new Error("Cannot go on"), { code: "MILLRACE_OF_TOMORROW" });
  expect(errorClass(error.code)).toBeNull();
  expect(errorClass("toString")).toBeNull();
  expect(exitCodeOf(error)).toBe(1);
  expect(isFinal(error)).toBe(false);
});
