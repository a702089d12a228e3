import { expect, test } from "vitest";
import { errorBlock, plainErrorLine } from "../../../sdk/base/error-block.ts";

const WHOLE = {
  name: "TypeError",
  headline: "no number\nin column 3",
  details: ["seen: text"],
  causes: ["RangeError: too far\nby 2"],
  place: { file: "flow.ts", line: 12, column: 5 },
  frame: "11 |\n12 | load()",
  hint: "clean the column first",
};

test("an error is told in one order: what, details, causes, where, the code there, and how to fix it", () => {
  expect(errorBlock(WHOLE).map((line) => `${line.part}| ${plainErrorLine(line)}`)).toEqual([
    "headline| TypeError: no number",
    "headline| in column 3",
    "detail| seen: text",
    "cause| caused by: RangeError: too far",
    "cause| by 2",
    "place| at flow.ts:12:5",
    "frame| 11 |",
    "frame| 12 | load()",
    "hint| hint: clean the column first",
  ]);
});

test("what is not known of an error takes no line", () => {
  expect(errorBlock({ headline: "no number", place: {} }).map(plainErrorLine)).toEqual(["no number"]);
  expect(errorBlock({ headline: "x", place: { file: "flow.ts" } }).map(plainErrorLine)).toEqual(["x", "at flow.ts"]);
});
