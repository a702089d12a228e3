import { expect, test } from "vitest";
import { meanSquaredError } from "./index.ts";

test("a line through all points has no error", () => {
  expect(
    meanSquaredError(
      [
        [1, 2],
        [2, 4],
      ],
      2,
    ),
  ).toBe(0);
});
