import { expect, test } from "vitest";
import type { Capacity } from "../../runtime/scheduler/capacity.ts";
import type { Needs, StepSettings } from "../../sdk/base/step-settings.ts";
import { BRANCH } from "./flows.ts";
import { rig } from "./rig.ts";

const NEEDS: Needs = { cpu: 1, gpu: 0, memoryMb: 4000, diskMb: null, sharedMemoryMb: null };
const GROWS: StepSettings = {
  retry: { times: 2, delayMs: 0, backoff: 1, maxDelayMs: null, jitter: false, hasFilter: false },
  resources: { ...NEEDS, asked: ["memoryMb"], later: [{ ...NEEDS, memoryMb: 8000 }] },
};
const OUT_OF_MEMORY = { name: "OutOfMemory", code: "MILLRACE_OUT_OF_MEMORY", message: "out of memory" };
function crash(error = OUT_OF_MEMORY) {
  return { error, isRetryable: true, isCrash: true };
}

/** 12,000 MB that tasks share: `a` takes more with each attempt, its siblings 4,000. */
function memory(): Capacity {
  const taken = (step: string, attempt: number) => (step === "a" && attempt > 0 ? 8000 : 4000);
  return {
    name: "memory",
    count: 12_000,
    takenBy: (step, attempt) => (["a", "b", "c"].includes(step) ? taken(step, attempt) : 0),
  };
}

test("a further attempt waits for the room that it needs, and gives all of it back", () => {
  const run = rig(BRANCH, { settings: { a: GROWS }, capacities: [memory()] });
  run.succeed("start");
  expect(run.running()).toEqual(["a", "b", "c"]);
  run.fail("a", crash());
  expect(run.running(), "4,000 are free, and it needs 8,000").toEqual(["b", "c"]);
  run.succeed("b");
  expect(run.running()).toEqual(["c", "a"]);
  run.fail("a", crash());
  expect(run.task("a").attempt).toBe(2);
  run.drain();
  expect(run.events.at(-1)).toMatchObject({ type: "run-finished", status: "succeeded" });
});

test("an attempt that ran out of memory says what the next one gets, where it gets more", () => {
  const run = rig(BRANCH, { settings: { a: GROWS }, onFailure: "finish" });
  run.succeed("start");
  for (let attempt = 0; attempt < 3; attempt += 1) run.fail("a", crash());
  const messages = run.events.flatMap((event) => (event.type === "task-failed" ? [event.error.message] : []));
  expect(messages).toEqual(["out of memory\nthe next attempt gets 8000 MB", "out of memory", "out of memory"]);
});

test("another failure says nothing of memory", () => {
  const run = rig(BRANCH, { settings: { a: GROWS } });
  run.succeed("start");
  run.fail("a", crash({ ...OUT_OF_MEMORY, code: "MILLRACE_JOB_ENDED" }));
  expect(run.events.at(-2)).toMatchObject({ type: "task-failed", error: { message: "out of memory" } });
});
