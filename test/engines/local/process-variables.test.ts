import path from "node:path";
import { describe, expect, test } from "vitest";
import { processVariables } from "../../../runtime/engines/local/process-variables.ts";
import { writePreload } from "../../../runtime/package/environment/write-preload.ts";
import { temporaryFolder } from "../../rigs/harness.ts";

function packagesIn(name: string) {
  const folder = path.join(temporaryFolder(), name);
  return { folder, packages: ["tinyp"], preload: writePreload({ folder, packages: ["tinyp"] }) };
}

function programsOf({ folder }: { folder: string }): string {
  return path.join(folder, "node_modules", ".bin");
}

describe("a run that a step with packages starts", () => {
  const outer = packagesIn('of "outer" \\ step');
  const around = { NODE_OPTIONS: '--no-warnings "--require=./a b.cjs"', PATH: "/usr/bin:/bin", HOME: "/home/ada" };
  const inOuter = processVariables(around, { vars: {}, packages: outer });

  test("has steps without anything of that step's", () => {
    expect(inOuter["NODE_OPTIONS"]).toContain("millrace-preload");
    expect(inOuter["PATH"]).toBe(`${programsOf(outer)}:${around.PATH}`);
    expect(processVariables(inOuter, null)).toEqual(around);
    expect(processVariables(inOuter, { vars: { SEED: "7" }, packages: null })).toEqual({ ...around, SEED: "7" });
  });

  test("has steps with packages of their own alone", () => {
    const inner = packagesIn("inner");
    const fresh = processVariables(around, { vars: {}, packages: inner });
    expect(processVariables(inOuter, { vars: {}, packages: inner })).toEqual(fresh);
  });

  test("drops what the variables of its own steps repeat", () => {
    const { NODE_OPTIONS = "", PATH = "" } = inOuter;
    expect(processVariables(inOuter, { vars: { NODE_OPTIONS, PATH }, packages: null })).toEqual(around);
    const replaced = processVariables(inOuter, { vars: { NODE_OPTIONS: "--no-warnings", PATH }, packages: null });
    expect(replaced).toEqual({ ...around, NODE_OPTIONS: "--no-warnings" });
  });

  test("has no options of Node where that step's was the only one", () => {
    const { NODE_OPTIONS: _, ...bare } = around;
    expect(processVariables(processVariables(bare, { vars: {}, packages: outer }), null)).toEqual(bare);
  });
});

test("variables stay as they are where no step has added to them", () => {
  const given = { NODE_OPTIONS: '"--require=/a/preload-0123456789abcdef.cjs"', PATH: "/a/node_modules/.bin::/bin" };
  expect(processVariables(given, null)).toEqual(given);
  expect(processVariables({ NODE_OPTIONS: "" }, null)).toEqual({ NODE_OPTIONS: "" });
});
