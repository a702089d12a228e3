import { expect, test } from "vitest";
import { padded, textWidth } from "../../runtime/text/text-width.ts";

test.each([
  ["abc", 3],
  ["größe", 5],
  ["gro\u0308ße", 5],
  ["数据", 4],
  ["ﾊﾝｶｸ", 4],
  ["Ｆｕｌｌ", 8],
  ["한글", 4],
  ["👩‍👩‍👧", 2],
  ["✅ok", 4],
  ["a\u200bb", 2],
])("%s takes %i cells", (text, width) => {
  expect(textWidth(text)).toBe(width);
});

test("a wide text is padded by the cells it takes", () => {
  expect(padded("数据", 6)).toBe("数据  ");
});
