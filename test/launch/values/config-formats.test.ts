import { describe, expect, test } from "vitest";
import { configFormats } from "../../../runtime/launch/values/config-formats.ts";

describe("YAML", () => {
  test("merges what << names, its own keys first", () => {
    const text = "base: &base { lr: 1, n: 2 }\none:\n  <<: *base\n  lr: 3\n";
    expect(configFormats.YAML(text)).toEqual({ value: { base: { lr: 1, n: 2 }, one: { lr: 3, n: 2 } } });
  });

  test.each([
    ["a: 1\nlr: 1e400", 5, "1e400 is more than a number can hold"],
    ["a: 1\nlr: [-.inf]", 6, "-.inf is more than a number can hold"],
    ["a: 1\nlr: .nan", 5, ".nan is no number"],
  ])("%j is refused with its place", (text, column, problem) => {
    expect(configFormats.YAML(text)).toEqual({ line: 2, column, problem: expect.stringContaining(problem) });
  });

  test("a key may look like any number", () => {
    expect(configFormats.YAML(".inf: 1\n7: 2\n'.nan': .5")).toEqual({ value: { Infinity: 1, 7: 2, ".nan": 0.5 } });
  });
});

describe("TOML", () => {
  test.each([
    ["inf = 1\nlr = inf # nan", 6, "inf is more than a number can hold"],
    ["text = 'nan' # inf\nlr = 1_0e4_00", 6, "1_0e4_00 is more than a number can hold"],
    ["[inf]\nlr = [0x1f, 2026-01-01, -nan]", 25, "-nan is no number"],
  ])("%j is refused with its place", (text, column, problem) => {
    expect(configFormats.TOML(text)).toEqual({ line: 2, column, problem: expect.stringContaining(problem) });
  });
});
