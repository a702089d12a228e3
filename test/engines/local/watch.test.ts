import { setImmediate, setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { Watch } from "../../../runtime/engines/local/watch.ts";

test("a wait that begins when an earlier one would have been due has its whole time", async () => {
  let calls = 0;
  const watch = new Watch(30, () => (calls += 1));
  watch.restart();
  watch.stop();
  // Due in the same turn as the watch's own timer, right after it.
  await setTimeout(30);
  watch.restart();
  await setImmediate();
  await setImmediate();
  expect(calls).toBe(0);
  await setTimeout(60);
  await setImmediate();
  expect(calls).toBe(1);
});

test("a wait that is over calls nobody", async () => {
  let calls = 0;
  const watch = new Watch(5, () => (calls += 1));
  watch.restart();
  watch.stop();
  await setTimeout(30);
  expect(calls).toBe(0);
});
