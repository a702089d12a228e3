import { describe, expect, test } from "vitest";
import type { Capacity } from "../../runtime/scheduler/capacity.ts";
import { FOREACH } from "./flows.ts";
import { rig, type Rig, type RigOptions } from "./rig.ts";

const OUT_OF_MEMORY = {
  isCrash: true,
  error: { name: "OutOfMemory", code: "MILLRACE_OUT_OF_MEMORY", message: "its process was ended by SIGKILL" },
} as const;

/** 1000 MB, of which a task of the foreach takes 250, and all 1000 that it asks for once it has run out. */
const BY_USAGE: Capacity = {
  name: "memory",
  count: 1000,
  takenBy: (step) => (step === "body" ? 250 : 0),
  fullyTakenBy: (step) => (step === "body" ? 1000 : 0),
  hurts: (step) => step === "body",
};
const AS_ASKED: Capacity = { name: "memory", count: 1000, takenBy: (step) => (step === "body" ? 250 : 0) };

function wide(capacity: Capacity, options: Omit<RigOptions, "capacities" | "limit" | "sizes"> = {}): Rig {
  const run = rig(FOREACH, { capacities: [capacity], limit: 8, sizes: { start: 6 }, ...options });
  run.succeed("start");
  expect(run.running()).toHaveLength(4);
  return run;
}

describe("a run that packs by usage", () => {
  test("starts a task that ran out of memory again, alone where it asks for all there is", () => {
    const run = wide(BY_USAGE);
    const victim = run.task("body").task;
    run.fail("body", OUT_OF_MEMORY);
    expect(run.events.findLast(({ type }) => type === "task-failed")).toMatchObject({ isInterruption: true });
    // One that has waited longer comes first; then nothing starts before the victim, which waits for all of the memory.
    for (const left of [3, 2, 1]) {
      run.succeed("body");
      expect(run.running()).toHaveLength(left);
    }
    run.succeed("body");
    expect(run.running()).toEqual(["body"]);
    expect(run.task("body")).toMatchObject({ task: victim, attempt: 1 });
    run.succeed("body");
    expect(run.running()).toEqual(["body"]);
    run.drain();
    expect(run.events.at(-1)).toMatchObject({ type: "run-finished", status: "succeeded" });
  });

  test("does so once for each task: the second time its own limit on retries counts", () => {
    const run = wide(BY_USAGE, { onFailure: "finish" });
    run.fail("body", OUT_OF_MEMORY);
    for (let ended = 0; ended < 4; ended += 1) run.succeed("body");
    run.fail("body", OUT_OF_MEMORY);
    expect(run.events.findLast(({ type }) => type === "task-failed")).toMatchObject({ retryAt: null });
    run.drain();
    expect(run.events.at(-1)).toMatchObject({ status: "failed" });
  });

  test("leaves the attempts of @retry for other failures", () => {
    const retry = { times: 1, delayMs: 0, backoff: 1, maxDelayMs: null, jitter: false, hasFilter: false };
    const run = wide(BY_USAGE, { settings: { body: { retry } } });
    run.fail("body", OUT_OF_MEMORY);
    for (let ended = 0; ended < 4; ended += 1) run.succeed("body");
    run.fail("body");
    run.succeed("body");
    expect(run.task("body")).toMatchObject({ attempt: 2, isLastAttempt: true });
    // It still gets all that it asks for.
    expect(run.running()).toEqual(["body"]);
    run.drain();
    expect(run.events.at(-1)).toMatchObject({ status: "succeeded" });
  });

  test("counts what the step's own code throws as a failure, whatever it is called", () => {
    const run = wide(BY_USAGE);
    run.fail("body", { ...OUT_OF_MEMORY, isCrash: false });
    expect(run.events.findLast(({ type }) => type === "task-failed")).toMatchObject({ retryAt: null });
  });

  test("counts it as a failure where the step takes all that it asks for, whatever others take", () => {
    const run = wide({ ...BY_USAGE, hurts: (step) => step === "join" });
    run.fail("body", OUT_OF_MEMORY);
    expect(run.events.findLast(({ type }) => type === "task-failed")).toMatchObject({ retryAt: null });
  });

  test("and one that packs by what was asked counts a task that ran out of memory as failed", () => {
    const run = wide(AS_ASKED);
    run.fail("body", OUT_OF_MEMORY);
    expect(run.events.findLast(({ type }) => type === "task-failed")).toMatchObject({ retryAt: null });
  });
});
