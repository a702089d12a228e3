import { expect, test } from "vitest";
import { keysIn } from "../../../runtime/cli/commands/top/screen/keys-in.ts";

test.each([
  ["j/größe\r", ["j", "/", "g", "r", "ö", "ß", "e", "enter"]],
  ["\u001b[A\u001bOB\u001b[5~\u001b[6~\u001b[H\u001b[4~", ["up", "down", "page-up", "page-down", "home", "end"]],
  ["\u0003\u001a\u000c\t\u007f", ["ctrl-c", "ctrl-z", "ctrl-l", "tab", "backspace"]],
  ["q\u001b[200~x\u001b[<0;3;4M\u001b[1;5C", ["q", "x"]],
  ["\u0000\u0001日", ["日"]],
])("%j are the keys %j", (sent, keys) => {
  expect(keysIn(sent)).toEqual({ keys, rest: "" });
});

test("the beginning of a sequence waits for its end; Escape alone may be one", () => {
  expect(keysIn("j\u001b")).toEqual({ keys: ["j"], rest: "\u001b" });
  expect(keysIn("\u001b[5")).toEqual({ keys: [], rest: "\u001b[5" });
  expect(keysIn("\u001b\u001b[A")).toEqual({ keys: ["escape", "up"], rest: "" });
});
