import { expect, test } from "vitest";
import pc from "picocolors";
import { ListBox, type ListRows } from "../../../runtime/cli/commands/top/list/list-box.ts";

/** Names that begin with `-` cannot be chosen. */
function rowsOf(names: readonly string[]): ListRows & { readonly asked: number[] } {
  const asked: number[] = [];
  return {
    asked,
    count: names.length,
    keyOf: (at) => (names[at]?.startsWith("-") === false ? (names[at] ?? null) : null),
    indexOf: (key) => names.indexOf(key),
    textOf(at) {
      asked.push(at);
      return names[at] ?? "";
    },
  };
}

const SIZE = { columns: 20, rows: 4 };

function plain() {
  return new ListBox(pc.createColors(false));
}

function trimmed(rows: readonly string[]) {
  return rows.map((row) => row.trimEnd());
}

test("the chosen row stays in sight, and headings come back with the first one", () => {
  const box = plain();
  const rows = rowsOf(["-head", "a", "b", "-tasks", "c", "d", "e"]);
  expect(trimmed(box.body(rows, SIZE))).toEqual(["-head", "> a", "  b", "-tasks"]);
  for (const key of ["j", "down"]) box.press(key, rows);
  expect(trimmed(box.body(rows, SIZE))).toEqual(["  a", "  b", "-tasks", "> c"]);
  box.press("G", rows);
  expect(trimmed(box.body(rows, SIZE)).at(-1)).toBe("> e");
  box.press("j", rows);
  expect(trimmed(box.body(rows, SIZE)).at(-1)).toBe("> e");
  box.press("g", rows);
  expect(trimmed(box.body(rows, SIZE))[0]).toBe("-head");
  expect(box.press("x", rows)).toBe(false);
});

test("the same row stays chosen when others come before it, and the one in its place when it goes", () => {
  const box = plain();
  box.body(rowsOf(["a", "b", "c"]), SIZE);
  box.press("j", rowsOf(["a", "b", "c"]));
  expect(trimmed(box.body(rowsOf(["new", "a", "b", "c"]), SIZE))).toContain("> b");
  expect(trimmed(box.body(rowsOf(["new", "a", "c"]), SIZE))).toContain("> c");
  expect(box.body(rowsOf([]), SIZE)).toEqual([]);
  expect(trimmed(box.body(rowsOf(["only"]), SIZE))).toEqual(["> only"]);
});

test("of a hundred thousand rows only those in sight are asked for", () => {
  const rows = rowsOf(Array.from({ length: 100_000 }, (_, at) => `task ${at}`));
  const box = plain();
  box.body(rows, SIZE);
  for (const key of ["G", "page-up", "k"]) {
    box.press(key, rows);
    box.body(rows, SIZE);
  }
  expect(rows.asked.length).toBeLessThanOrEqual(16);
});
