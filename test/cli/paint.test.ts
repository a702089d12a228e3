import { expect, test } from "vitest";
import { closedLine, openLine } from "./log-lines.ts";
import { onScreen, paintColors } from "../../runtime/cli/on-screen.ts";
import { tableText } from "../../runtime/cli/show/table-text.ts";

const colors = paintColors(true);

test("our own colours reach the terminal, nested ones too, and those of what is shown do not", () => {
  const text = colors.dim(`from ${colors.red("\u001b[32mgreen")} on`);
  expect(onScreen(text)).toBe("\u001b[2mfrom \u001b[31m\\x1b[32mgreen\u001b[39m on\u001b[22m");
  expect(onScreen(colors.red(`a${colors.cyan("b")}c`))).toBe("\u001b[31ma\u001b[36mb\u001b[39m\u001b[31mc\u001b[39m");
});

test("a log's colours stay; cursor, title, clipboard, links and hidden text do not act", () => {
  expect(openLine("\u001b[1;38;5;8mloss\u001b[0m 0.5")).toBe("\u001b[1;38;5;8mloss\u001b[0m 0.5");
  expect(openLine("\u001b[2A\u001b[K\u001b]52;c;eA==\u0007")).toBe("\\x1b[2A\\x1b[K\\x1b]52;c;eA==\\x07");
  expect(openLine("\u001b]8;;file:///x\u0007y\u001b]8;;\u0007")).not.toContain("\u001b");
  expect(openLine("a\u001b[8mhidden\u001b[0m")).toBe("ahidden\u001b[0m");
  expect(openLine("\u001b[38;2;8;8;8;8mx")).toBe("\u001b[38;2;8;8;8mx");
});

test("a line among those of other tasks leaves no colour on", () => {
  expect(closedLine("\u001b[31mred")).toBe("\u001b[31mred\u001b[0m");
  expect(closedLine("\u001b[31mred\u001b[m")).toBe("\u001b[31mred\u001b[m");
});

test("a progress bar is shown as it ended, and that it was rewritten is said", () => {
  expect(openLine("\r 10%\r 50%\r100%")).toBe("100% (rewritten 2x)");
  expect(openLine("rm -rf everything\rall is well")).toBe("all is well (rewritten 1x)");
  expect(openLine("windows\r")).toBe("windows");
});

test("a table's columns meet under wide characters, and a cell begins no row of its own", () => {
  const rows = [
    ["数据", "1"],
    ["ab\n\u001b[2J", "2"],
    [colors.green("x"), "3"],
  ];
  const shown = onScreen(tableText({ header: ["NAME", "N"], rows }));
  expect(shown.split("\n")).toEqual([
    "NAME         N",
    "数据         1",
    "ab\\n\\x1b[2J  2",
    "\u001b[32mx\u001b[39m            3",
  ]);
});
