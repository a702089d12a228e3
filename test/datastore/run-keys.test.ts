import { expect, test } from "vitest";
import { checkpointKey } from "../../runtime/datastore/run-keys.ts";

function nested(depth: number, last: number): string {
  return [...Array.from({ length: depth }, (_, at) => `0/${at}.0`), last].join("/");
}

function nameOf(path: string): string {
  return checkpointKey({ flow: "F", run: "r", step: "s", path }).split("/").at(-1) ?? "";
}

test("a checkpoint of a task at the usual depth is named by its path", () => {
  expect(nameOf("0/12.0/3.1")).toBe("0_12.0_3.1.json");
});

test.each([1, 240, 241, 245, 250])("a checkpoint whose path has %i characters keeps its plain name", (length) => {
  const path = "0/".repeat(125).slice(0, length);
  expect(nameOf(path)).toBe(`${path.replaceAll("/", "_")}.json`);
});

test("a longer path is shortened, and still fits into the name of a file", () => {
  for (const length of [251, 300]) {
    const name = nameOf("0/".repeat(200).slice(0, length));
    expect(name).toMatch(/~[0-9a-f]{64}\.json$/);
    expect(name.length).toBeLessThanOrEqual(255);
  }
});

test.each([40, 100, 1000])(
  "the name of a checkpoint fits into a folder %i splits deep, and is the task's own",
  (depth) => {
    const names = [0, 1, 2].map((last) => nameOf(nested(depth, last)));
    for (const name of names) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    expect(new Set(names).size).toBe(3);
    expect(nameOf(nested(depth, 0))).toBe(names[0]);
  },
);
