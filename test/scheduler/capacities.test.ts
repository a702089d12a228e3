import { describe, expect, test } from "vitest";
import type { Capacity } from "../../runtime/scheduler/capacity.ts";
import { rig } from "./rig.ts";

function capacity(name: string, count: number, wanted: Readonly<Record<string, number>>): Capacity {
  return { name, count, takenBy: (step) => Math.min(wanted[step] ?? 0, count) };
}

const FOUR = `start() { this.next(this.a, this.b, this.c, this.d) }
  a() { this.next(this.join) } b() { this.next(this.join) } c() { this.next(this.join) } d() { this.next(this.join) }
  join(inputs) { this.next(this.end) } end() {}`;

describe("several capacities at once", () => {
  test("a task starts when all that it takes is free", () => {
    const capacities = [capacity("GPU", 1, { a: 1, b: 1 }), capacity("licence", 1, { b: 1, c: 1 })];
    const run = rig(FOUR, { capacities });
    run.succeed("start");
    // b waits for the GPU, and keeps the licence.
    expect(run.running()).toEqual(["a", "d"]);
    run.succeed("a");
    expect(run.running()).toEqual(["d", "b"]);
    run.succeed("b");
    expect(run.running()).toEqual(["d", "c"]);
  });

  test("one that is used up holds up none that takes only of another", () => {
    const run = rig(FOUR, {
      capacities: [capacity("GPU", 1, { a: 1, b: 1 }), capacity("memory", 64, { c: 32, d: 32 })],
    });
    run.succeed("start");
    expect(run.running()).toEqual(["a", "c", "d"]);
  });

  test("what several small tasks could take in turn is kept for the one that needs all of it", () => {
    const flow = `start() { this.next(this.wide, this.gpus, this.memory) }
      gpus() { this.next(this.onGpu, { foreach: "xs" }) } onGpu() { this.next(this.g) } g(inputs) { this.next(this.join) }
      memory() { this.next(this.large, { foreach: "xs" }) } large() { this.next(this.m) } m(inputs) { this.next(this.join) }
      wide() { this.next(this.join) } join(inputs) { this.next(this.end) } end() {}`;
    const capacities = [
      capacity("GPU", 2, { onGpu: 1, wide: 2 }),
      capacity("memory", 100, { gpus: 60, large: 60, wide: 60 }),
    ];
    const run = rig(flow, { capacities, limit: 8, sizes: { gpus: 40, memory: 40 } });
    run.succeed("start");
    const began = () => run.backend.started.map(({ step }) => step);
    for (let ended = 0; !began().includes("wide") && run.running().length > 0; ended += 1) {
      run.succeed(run.running()[0] ?? "");
      expect(ended).toBeLessThan(6);
    }
    expect(began()).toContain("wide");
    run.drain();
    expect(run.events.at(-1)).toMatchObject({ type: "run-finished", status: "succeeded" });
  });

  test("what is left beside that is given to others", () => {
    const capacities = [capacity("GPU", 2, { a: 1, b: 2 }), capacity("memory", 100, { b: 40, c: 50, d: 30 })];
    const run = rig(FOUR, { capacities });
    run.succeed("start");
    // b waits for two GPUs and keeps 40 of the memory: c finds enough beside that, d does not.
    expect(run.running()).toEqual(["a", "c"]);
    run.succeed("a");
    expect(run.running()).toEqual(["c", "b"]);
    run.succeed("c");
    expect(run.running()).toEqual(["b", "d"]);
  });

  test("none of them deadlocks, whatever the tasks take", () => {
    const steps = ["a", "b", "c", "d"];
    for (let mask = 0; mask < 4 ** 4; mask += 1) {
      const of = (part: (amount: number) => number) =>
        Object.fromEntries(steps.map((step, at) => [step, part(Math.floor(mask / 4 ** at) % 4)]));
      const capacities = [
        capacity(
          "one",
          1,
          of((amount) => amount % 2),
        ),
        capacity(
          "two",
          2,
          of((amount) => amount),
        ),
      ];
      const run = rig(FOUR, { capacities });
      run.drain();
      expect(run.events.at(-1)).toMatchObject({ type: "run-finished", status: "succeeded" });
    }
  });
});
