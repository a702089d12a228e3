import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { bytesOf, valueOf } from "../codec/harness.ts";
import { GOLDEN } from "./values.ts";

const FOLDER = path.join(import.meta.dirname, "v1", "artifacts");
const names = Object.keys(GOLDEN);

test("every golden file of format 1 has its value here, and every value its file", () => {
  expect(fs.readdirSync(FOLDER).sort()).toEqual(names.map((name) => `${name}.mlr`).sort());
});

describe.each(names)("the golden file of %s", (name) => {
  const bytes = fs.readFileSync(path.join(FOLDER, `${name}.mlr`));
  const make = GOLDEN[name] as () => unknown;

  test("is read as it always was", () => {
    // Node calls no two invalid dates equal; their bytes are below.
    if (name === "invalid-date") expect(valueOf(bytes)).toEqual(make());
    else assert.deepStrictEqual(valueOf(bytes), make());
  });

  test("is what the encoder still writes", () => {
    expect(bytesOf(make()).equals(bytes)).toBe(true);
    expect(bytesOf(valueOf(bytes)).equals(bytes)).toBe(true);
  });
});

test("views of shared memory in a golden file still share it", () => {
  const shared = valueOf(fs.readFileSync(path.join(FOLDER, "shared-memory.mlr"))) as Record<string, Float64Array>;
  shared.whole![2] = 99;
  expect(shared.tail![0]).toBe(99);
});

test("references in a golden file still lead to the same objects", () => {
  const [parent, child] = valueOf(fs.readFileSync(path.join(FOLDER, "references.mlr"))) as Record<string, unknown>[];
  expect(parent!.self).toBe(parent);
  expect([parent!.first, parent!.second]).toEqual([child, child]);
  expect(parent!.first).toBe(child);
});
