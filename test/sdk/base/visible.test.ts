import { expect, test } from "vitest";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { visible, visibleJson, visibleLine } from "../../../sdk/base/visible.ts";

test("what acts on a terminal or reorders text is shown as it is written in JavaScript", () => {
  expect(visible("\u001b]8;;https://evil.example\u0007x\u001b]8;;\u001b\\")).toBe(
    "\\x1b]8;;https://evil.example\\x07x\\x1b]8;;\\x1b\\",
  );
  expect(visible("\u009d0;title\u009c \u007f \b \u0000")).toBe("\\x9d0;title\\x9c \\x7f \\x08 \\x00");
  expect(visible("safe\u202ecod.exe\u2066 \u200f \u2028")).toBe("safe\\u202ecod.exe\\u2066 \\u200f \\u2028");
  expect(visible("seen\u{e0041}")).toBe("seen\\u{e0041}");
  expect(visible("good\rbad")).toBe("good\\rbad");
});

test("ordinary text stays as it is, with its newlines, tabs and pictures", () => {
  const text = "größe\t数据 👩‍👩‍👧 é\nשלום";
  expect(visible(text)).toBe(text);
  expect(visible("a\r\nb")).toBe("a\nb");
  expect(visibleLine("a\nb\tc")).toBe("a\\nb\\tc");
});

test("JSON made visible means the same", () => {
  const value = { "a\u009b31m": "\u202e \u007f \u{e0041} \u001b" };
  const json = visibleJson(JSON.stringify(value));
  expect(json).toMatch(/^[\x20-\x7e]*$/);
  expect(JSON.parse(json)).toEqual(value);
});

test("an error of ours never carries what it quotes to the terminal of its reader", () => {
  const error = new MillraceError({
    code: "MILLRACE_TEST",
    headline: "a\u001b[2J",
    details: ["b\u009b1m"],
    hint: "c\u202e",
  });
  expect(`${error.headline} ${error.details.join("")} ${error.hint ?? ""}`).toBe("a\\x1b[2J b\\x9b1m c\\u202e");
  expect(error.message).not.toMatch(/[\u001b\u009b\u202e]/);
});
