import { describe, expect, test } from "vitest";
import type { Capacity } from "../../runtime/scheduler/capacity.ts";
import { FOREACH, GANG } from "./flows.ts";
import { rig } from "./rig.ts";

function share(count: number, wanted: Readonly<Record<string, number>>, name = "GPU"): Capacity {
  return { name, count, takenBy: (step) => Math.min(wanted[step] ?? 0, count) };
}

const RETRY = { times: 3, delayMs: 100, backoff: 1, maxDelayMs: null, jitter: false, hasFilter: false };

/** A branch that trains each of its items, and one that does not need a GPU. */
const TWO_KINDS = `start() { this.next(this.other, this.models) }
  other() { this.next(this.more) } more() { this.next(this.join) }
  models() { this.next(this.train, { foreach: "xs" }) }
  train() { this.next(this.best) } best(inputs) { this.next(this.join) }
  join(inputs) { this.next(this.end) } end() {}`;

describe("GPUs of this machine", () => {
  test("are shared by count: as many tasks run as find theirs free", () => {
    const run = rig(FOREACH, { sizes: { start: 5 }, limit: 4, capacities: [share(2, { body: 1 })] });
    run.succeed("start");
    for (const left of [2, 2, 2, 2, 1]) {
      expect(run.running()).toEqual(Array(left).fill("body"));
      run.succeed("body");
    }
    expect(run.running()).toEqual(["join"]);
  });

  test("hold nobody up who needs none", () => {
    const run = rig(TWO_KINDS, { sizes: { models: 3 }, limit: 4, capacities: [share(1, { train: 1 })] });
    run.succeed("start");
    run.succeed("models");
    expect(run.running().sort()).toEqual(["other", "train"]);
    run.succeed("other");
    expect(run.running().sort()).toEqual(["more", "train"]);
  });

  test("hold up no other branch of the same split", () => {
    const flow = `start() { this.next(this.a, this.b, this.plain) }
      a() { this.next(this.join) } b() { this.next(this.join) } plain() { this.next(this.join) }
      join(inputs) { this.next(this.end) } end() {}`;
    const run = rig(flow, { capacities: [share(1, { a: 1, b: 1 })] });
    run.succeed("start");
    expect(run.running()).toEqual(["a", "plain"]);
    run.succeed("a");
    expect(run.running()).toEqual(["plain", "b"]);
  });

  test("go to those that have waited longest: a task that needs several is not overtaken by smaller ones", () => {
    const flow = `start() { this.next(this.one, this.large, this.small) }
      one() { this.next(this.join) } large() { this.next(this.join) } small() { this.next(this.join) }
      join(inputs) { this.next(this.end) } end() {}`;
    const run = rig(flow, { capacities: [share(2, { one: 1, large: 2, small: 1 })] });
    run.succeed("start");
    for (const step of ["one", "large", "small"]) {
      expect(run.running()).toEqual([step]);
      run.succeed(step);
    }
  });

  test("never keep a task waiting that asks for more than there are: it gets them all", () => {
    const run = rig(FOREACH, { sizes: { start: 2 }, capacities: [share(2, { body: 8 })] });
    run.succeed("start");
    expect(run.running()).toEqual(["body"]);
  });

  test("keep splits depth first: an inner one closes before the next outer one opens", () => {
    const flow = `start() { this.next(this.outer, { foreach: "xs" }) }
      outer() { this.next(this.inner, { foreach: "ys" }) } inner() { this.next(this.close) }
      close(inputs) { this.next(this.join) } join(inputs) { this.next(this.end) } end() {}`;
    const run = rig(flow, { sizes: { start: 3, outer: 2 }, limit: 4, capacities: [share(1, { outer: 1, inner: 1 })] });
    run.drain();
    const began = run.backend.started.map(({ step }) => step).filter((step) => step === "outer" || step === "inner");
    expect(began.join(" ")).toBe("outer inner inner outer inner inner outer inner inner");
  });

  test("are waited for by a whole gang, which then starts together", () => {
    const flow = `start() { this.next(this.busy, this.wide) } busy() { this.next(this.join) }
      wide() { this.next(this.node, { numParallel: 2 }) } node() { this.next(this.together) }
      together(inputs) { this.next(this.join) } join(inputs) { this.next(this.end) } end() {}`;
    const run = rig(flow, { sizes: { wide: 2 }, capacities: [share(2, { busy: 1, node: 1 })] });
    run.succeed("start");
    run.succeed("wide");
    expect(run.running()).toEqual(["busy"]);
    run.succeed("busy");
    expect(run.running()).toEqual(["node", "node"]);
  });

  test("do not keep a member of a gang waiting that is tried again: the others may wait for it", () => {
    const run = rig(GANG, {
      sizes: { start: 3 },
      settings: { node: { retry: RETRY } },
      capacities: [share(1, { node: 1 })],
    });
    run.succeed("start");
    run.fail("node");
    expect(run.running()).toEqual(["node", "node"]);
    run.clock.advance(100);
    expect(run.running()).toEqual(["node", "node", "node"]);
  });

  test("do not keep the members of a gang apart", () => {
    const run = rig(GANG, { sizes: { start: 3 }, capacities: [share(1, { node: 1 })] });
    run.succeed("start");
    expect(run.running()).toEqual(["node", "node", "node"]);
  });

  test("that are taken hold up neither the retry of another step nor its time", () => {
    const flow = `start() { this.next(this.a, this.b, this.c) }
      a() { this.next(this.join) } b() { this.next(this.join) } c() { this.next(this.join) }
      join(inputs) { this.next(this.end) } end() {}`;
    const settings = { a: { retry: RETRY }, b: { retry: { ...RETRY, delayMs: 500 } }, c: { retry: RETRY } };
    const run = rig(flow, { settings, capacities: [share(1, { a: 1, c: 1 })] });
    run.succeed("start");
    expect(run.running().sort()).toEqual(["a", "b"]);
    run.fail("a");
    expect(run.running().sort()).toEqual(["b", "c"]);
    run.fail("b");
    run.clock.advance(100);
    expect(run.running()).toEqual(["c"]);
    run.clock.advance(400);
    expect(run.running().sort()).toEqual(["b", "c"]);
    run.succeed("c");
    expect(run.running().sort()).toEqual(["a", "b"]);
  });

  test("are not needed to take over a finished task", () => {
    const items = { itemsPerBlob: 10, blobs: ["b0"] };
    const of = (step: string, next: object) => ({
      result: `r0/${step}/1/0`,
      next: next as never,
      startedAt: 1,
      finishedAt: 2,
    });
    const run = rig(FOREACH, {
      capacities: [share(1, { body: 1 })],
      reusable(step, path) {
        if (step === "start") return of("start", { kind: "foreach", target: "body", size: 50, items });
        return path === "0/0.0" ? null : of("body", { kind: "linear", target: "join" });
      },
    });
    expect(run.running()).toEqual(["body"]);
    expect(run.events.filter(({ type }) => type === "task-reused")).toHaveLength(50);
  });
});
