import { expect, test } from "vitest";
import { EscapeWatch } from "../../runtime/worker/escape-watch.ts";

test("work ends with its value, or with what it throws", async () => {
  const watch = new EscapeWatch();
  expect(await watch.over(async () => "done")).toBe("done");
  await expect(watch.over(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
});

test("work that never ends does so with an error that escaped it", async () => {
  const watch = new EscapeWatch();
  const over = watch.over(() => new Promise(() => undefined));
  watch.escaped(new Error("thrown by a timer"));
  await expect(over).rejects.toThrow("thrown by a timer");
});

test("an error that comes when nothing runs is nobody's", () => {
  new EscapeWatch().escaped(new Error("late"));
});
