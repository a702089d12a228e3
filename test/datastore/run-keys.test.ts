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

test.each([40, 100, 1000])(
  "the name of a checkpoint fits into a folder %i splits deep, and is the task's own",
  (depth) => {
    const names = [0, 1, 2].map((last) => nameOf(nested(depth, last)));
    for (const name of names) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    expect(new Set(names).size).toBe(3);
    expect(nameOf(nested(depth, 0))).toBe(names[0]);
  },
);
