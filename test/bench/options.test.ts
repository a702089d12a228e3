import { expect, test } from "vitest";
import { parseOptions } from "./options.ts";

const CASES = ["show", "store-put", "store-get", "storage"];

test("a group stands for all cases whose names begin with it", () => {
  expect(parseOptions(["store"], CASES).only).toEqual(["store-put", "store-get"]);
  expect(parseOptions(["store", "--only", "show"], CASES).only).toEqual(["show", "store-put", "store-get"]);
  expect(parseOptions(["show"], CASES).only).toEqual(["show"]);
});

test("without a name all but the long cases are measured", () => {
  expect(parseOptions([], CASES).only).toBe(null);
});

test("a name that is neither case nor group is refused with those that there are", () => {
  expect(() => parseOptions(["shop"], CASES)).toThrow("does not exist: shop");
});

test("the file of the group file has 2 GB, or the size that is asked for", () => {
  expect(parseOptions([], CASES).fileMb).toBe(2000);
  expect(parseOptions(["--file-mb", "512"], CASES).fileMb).toBe(512);
  expect(() => parseOptions(["--file-mb", "0"], CASES)).toThrow(
    "Cannot use --file-mb because it must be a whole number of at least 1: 0",
  );
});
