import { expect, test } from "vitest";
import { growth, MAX_GROWTH } from "../rigs/growth.ts";
import { FOREACH } from "./flows.ts";
import { rig, type Rig } from "./rig.ts";

const retry = { times: 1, delayMs: 1_000, backoff: 1, maxDelayMs: null, jitter: false, hasFilter: false };

function finished(run: Rig): void {
  run.drain();
  expect(run.events.at(-1)).toMatchObject({ type: "run-finished", status: "succeeded" });
}

test("the cost of a task does not grow with the number of tasks of a foreach", () => {
  expect(growth((size) => finished(rig(FOREACH, { sizes: { start: size }, limit: 8 })))).toBeLessThan(MAX_GROWTH);
});

test("the cost of a task does not grow with the number of tasks that run at once", () => {
  expect(growth((size) => finished(rig(FOREACH, { sizes: { start: size }, limit: size })))).toBeLessThan(MAX_GROWTH);
});

test("the cost of a task does not grow with the number of tasks that wait for a retry", () => {
  const work = (size: number) => {
    const run = rig(FOREACH, { sizes: { start: size }, limit: 8, settings: { body: { retry } } });
    run.succeed("start");
    while (run.running().length > 0) run.fail("body");
    run.clock.advance(1_000);
    finished(run);
  };
  expect(growth(work)).toBeLessThan(MAX_GROWTH);
});

test("the cost of a task does not grow with the number of tasks that wait for a GPU", () => {
  const flow = `start() { this.next(this.prepare, { foreach: "xs" }) } prepare() { this.next(this.train) }
    train() { this.next(this.join) } join(inputs) { this.next(this.end) } end() {}`;
  const capacities = [{ name: "GPU", count: 1, takenBy: (step: string) => (step === "train" ? 1 : 0) }];
  const work = (size: number) => {
    const run = rig(flow, { sizes: { start: size }, limit: 8, capacities, settings: { train: { retry } } });
    run.succeed("start");
    for (let at = 0; at < size; at += 1) run.succeed("prepare");
    expect(run.running()).toEqual(["train"]);
    // Each fails once, and all of them are due at the same time.
    while (run.running().length > 0) run.fail("train");
    run.clock.advance(1_000);
    finished(run);
  };
  expect(growth(work)).toBeLessThan(MAX_GROWTH);
});

test("the cost of taking a task over does not grow with the number of tasks", () => {
  const items = { itemsPerBlob: 1_000, blobs: [] };
  const done = { result: "r0/body/1/0", startedAt: 0, finishedAt: 1 };
  const work = (size: number) =>
    finished(
      rig(FOREACH, {
        reusable(step) {
          if (step === "start") return { ...done, next: { kind: "foreach", target: "body", size, items } };
          return step === "body" ? { ...done, next: { kind: "linear", target: "join" } } : null;
        },
      }),
    );
  expect(growth(work)).toBeLessThan(MAX_GROWTH);
});

test("what the scheduler holds follows what runs, not what has run", async () => {
  const run = rig(FOREACH, { sizes: { start: 2_000 }, limit: 4 });
  run.succeed("start");
  for (let at = 0; at < 1_990; at += 1) {
    run.succeed("body");
    expect(run.running()).toHaveLength(4);
  }
  run.drain();
  const state = await run.end;
  expect(state.running.size + state.waiting.size + state.ready.length).toBe(0);
});
