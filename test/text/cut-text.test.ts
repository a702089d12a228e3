import { expect, test } from "vitest";
import { cutText } from "../../runtime/text/cut-text.ts";
import { textWidth } from "../../runtime/text/text-width.ts";

test("a text that fits stays as it is", () => {
  expect(["", "abcd", "日本", "e\u0301tude".slice(0, 5)].map((text) => cutText(text, 4))).toEqual([
    "",
    "abcd",
    "日本",
    "e\u0301tud",
  ]);
});

test("a longer one ends with an ellipsis, within the width", () => {
  expect(cutText("abcde", 4)).toBe("abc…");
  expect(cutText("日本語", 4)).toBe("日…");
  expect(cutText("日本語", 5)).toBe("日本…");
  expect(cutText("👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 4)).toBe("👨‍👩‍👧‍👦…");
});

test("no cut is wider than asked, and none splits a character", () => {
  const texts = ["naïve café", "東京 Tokyo 東京", "a👍🏽b👍🏽c", "x".repeat(50)];
  for (const text of texts) {
    for (let width = 1; width < 20; width += 1) {
      const cut = cutText(text, width);
      expect(textWidth(cut)).toBeLessThanOrEqual(width);
      expect(cut).toMatch(/^[^\ud800-\udfff]*(?:[\ud800-\udbff][\udc00-\udfff][^\ud800-\udfff]*)*$/);
    }
  }
});
