import { expect, test } from "vitest";
import { nearest } from "../../../sdk/base/nearest.ts";

test("a slip is near, another word is not", () => {
  const steps = ["start", "train", "evaluate", "end"];
  expect([nearest("trayn", steps), nearest("Train", steps), nearest("evalute", steps)]).toEqual([
    "train",
    "train",
    "evaluate",
  ]);
  expect([nearest("join", steps), nearest("train", [])]).toEqual([null, null]);
});
