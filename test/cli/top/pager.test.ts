import { expect, test } from "vitest";
import pc from "picocolors";
import { paintedLines } from "../../../runtime/cli/commands/top/pager/painted-lines.ts";
import { Pager } from "../../../runtime/cli/commands/top/pager/pager.ts";
import { wrapped } from "../../../runtime/cli/commands/top/pager/wrapped.ts";

const SIZE = { columns: 10, rows: 3 };

function numbered(count: number) {
  return paintedLines(Array.from({ length: count }, (_, at) => `line ${at}`));
}

function paging(isAtEnd: boolean) {
  return new Pager(pc.createColors(false), { isAtEnd });
}

function type(pager: Pager, keys: readonly string[], lines = numbered(20)) {
  for (const key of keys) pager.press(key, lines);
}

test("the end is followed until somebody scrolls up, and again from the end on", () => {
  const pager = paging(true);
  expect(pager.body(numbered(5), SIZE)).toEqual(["line 2", "line 3", "line 4"]);
  expect(pager.body(numbered(6), SIZE).at(-1)).toBe("line 5");
  pager.press("k", numbered(6));
  expect(pager.body(numbered(9), SIZE).at(-1)).toBe("line 4");
  pager.press("G", numbered(9));
  expect(pager.body(numbered(12), SIZE).at(-1)).toBe("line 11");
});

test("a search goes to the next line that has it, around the end, and back", () => {
  const pager = paging(false);
  pager.body(numbered(20), SIZE);
  type(pager, ["/", ...Array.from("LINE 1"), "enter"]);
  expect(pager.body(numbered(20), SIZE)[0]).toBe("line 0");
  type(pager, ["n", "n"]);
  expect(pager.body(numbered(20), SIZE)[0]).toBe("line 10");
  type(pager, ["N"]);
  expect(pager.body(numbered(20), SIZE)[0]).toBe("line 1");
  type(pager, ["/", ...Array.from("none"), "enter"]);
  expect(pager.body(numbered(20), SIZE)[0]).toBe("line 1");
  expect(pager.where(numbered(20))).toBe("2-4 of 20  /none");
});

test("what is typed can be taken back", () => {
  const pager = paging(false);
  type(pager, ["/", "a", "b", "backspace"]);
  expect(pager.typed).toBe("a");
  type(pager, ["escape"]);
  expect(pager.typed).toBeNull();
});

test("lines that were dropped at the beginning leave what is in sight where it is", () => {
  const pager = paging(false);
  pager.body(numbered(20), SIZE);
  type(pager, [" ", " "]);
  expect(pager.body(numbered(20), SIZE)[0]).toBe("line 4");
  pager.dropped(3);
  expect(pager.body(paintedLines(["line 3", "line 4", "line 5", "line 6"]), SIZE)[0]).toBe("line 4");
});

test("a long line is seen by moving sideways, wide characters as a whole", () => {
  const lines = paintedLines(["0123456789abcdefghij", "日本日本日本日本"]);
  const pager = paging(false);
  pager.body(lines, SIZE);
  type(pager, ["right"], lines);
  expect(pager.body(lines, SIZE)[0]).toBe("56789abcdefghij".slice(0, 10));
  type(pager, ["left"], lines);
  expect(pager.body(lines, SIZE)[0]).toBe("0123456789abcdefghij");
});

test("text is wrapped by cells, and nothing in it acts on the terminal", () => {
  expect(wrapped("abcdef", 4)).toEqual(["abcd", "ef"]);
  expect(wrapped("日本語", 4)).toEqual(["日本", "語"]);
  expect(wrapped("a\n\nb\u001b[2J", 8)).toEqual(["a", "", "b\\x1b[2J"]);
});
