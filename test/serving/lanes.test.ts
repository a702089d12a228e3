import { expect, onTestFinished, test } from "vitest";
import { CanaryGuard } from "../../runtime/serving/lanes/canary-guard.ts";
import { ServingLanes, type ServingLanesOptions } from "../../runtime/serving/lanes/serving-lanes.ts";
import { Dispatcher } from "../../runtime/serving/pool/dispatcher.ts";
import { shareOfId } from "../../runtime/serving/lanes/share-of-id.ts";

test("a share of the ids is taken whatever they look like, and always the same ones", () => {
  for (const idOf of [String, (index: number) => `order-${index}`, (index: number) => `${index}`.padStart(36, "0")]) {
    const ids = Array.from({ length: 20_000 }, (_, index) => idOf(index));
    const taken = ids.filter((id) => shareOfId(id) < 0.1).length / ids.length;
    expect(taken).toBeGreaterThan(0.092);
    expect(taken).toBeLessThan(0.108);
  }
  expect(shareOfId("order-17")).toBe(shareOfId("order-17"));
  expect(shareOfId("order-17")).not.toBe(shareOfId("order-18"));
});

const fine = { status: 200, ms: 5 };
const failed = { status: 500, ms: 5 };

test("a canary falls back when it fails more often than the version beside it, and not when both fail", () => {
  const guard = new CanaryGuard();
  for (let index = 0; index < 200; index += 1) guard.stable(fine);
  const why = Array.from({ length: 5 }, () => guard.canary(failed));
  expect(why.slice(0, 4)).toEqual([null, null, null, null]);
  expect(why[4]).toBe("5 of its last 5 answers failed, and 0 of 200 of the other version");
  guard.reset();
  expect(guard.canary(failed)).toBeNull();

  const both = new CanaryGuard();
  for (let index = 0; index < 300; index += 1) {
    both.stable(index % 4 === 0 ? failed : fine);
    expect(both.canary(index % 4 === 0 ? failed : fine)).toBeNull();
  }
  // What clients do wrong is not the canary's fault.
  for (let index = 0; index < 300; index += 1) expect(both.canary({ status: 422, ms: 1 })).toBeNull();
});

test("clients who leave a canary before it answers tell against it, and those who allow no time tell nothing", () => {
  const guard = new CanaryGuard();
  for (let index = 0; index < 200; index += 1) guard.stable(fine);
  for (const status of [429, 499, 504])
    for (let index = 0; index < 50; index += 1) {
      guard.stable({ status, ms: 1, isHasty: true });
      expect(guard.canary({ status, ms: 1, isHasty: true })).toBeNull();
    }
  const why = Array.from({ length: 5 }, () => guard.canary({ status: 499, ms: 3000 }));
  expect(why[4]).toBe("5 of its last 5 answers failed, and 0 of 200 of the other version");
});

test("a canary falls back when it is slow, not for its first answers or for a few slow ones", () => {
  const guard = new CanaryGuard();
  for (let index = 0; index < 200; index += 1) guard.stable({ status: 200, ms: 10 + (index % 10) });
  for (let index = 0; index < 20; index += 1) expect(guard.canary({ status: 200, ms: 900 })).toBeNull();
  for (let index = 0; index < 400; index += 1)
    expect(guard.canary({ status: 200, ms: index % 40 === 0 ? 900 : 30 })).toBeNull();
  const why = Array.from({ length: 100 }, () => guard.canary({ status: 200, ms: 80 })).find((one) => one !== null);
  expect(why).toBe("95 % of its answers took up to 80 ms, and those of the other version 19 ms");
});

function lane() {
  const late = { onLate: () => undefined, onFault: () => undefined, onBatch: () => undefined };
  const prediction = { name: "score", input: {}, output: undefined, batch: { maxSize: 8, maxWaitMs: 0 } };
  const dispatcher = new Dispatcher({ predictions: [prediction as never], maxQueue: 100, ...late });
  onTestFinished(() => dispatcher.close());
  return { dispatcher, metrics: { request: () => undefined }, keeper: { ready: 1, version: null } };
}

test("answers that the version before leaves late do not condemn the canary's next one", () => {
  const canary = lane();
  const options = { stable: lane(), shadow: null, canary: { lane: canary, share: 1 }, log: () => null };
  const notes: string[] = [];
  const told = { onFallBack: () => undefined, note: (text: string) => notes.push(text) };
  const lanes = new ServingLanes({ ...options, ...told } as unknown as ServingLanesOptions);
  const before = performance.now();
  lanes.canaryMoved();
  const fail = (arrivedAt: number) => {
    const answer = { status: 504, rows: 0, version: null, body: "" };
    const of = {
      lane: canary,
      prediction: { name: "score" },
      arrivedAt,
      answer,
      isHasty: false,
      id: "a",
      request: null,
    };
    lanes.settled(of as unknown as Parameters<ServingLanes["settled"]>[0]);
  };
  for (let index = 0; index < 15; index += 1) fail(before - 1);
  expect([lanes.canaryShare, notes]).toEqual([1, []]);
  for (let index = 0; index < 15; index += 1) fail(performance.now());
  expect([lanes.canaryShare, notes.length]).toEqual([0, 1]);
});

test("requests that wait for a canary when it falls back are answered by the other version", async () => {
  const [stable, canary] = [lane(), lane()];
  const options = { stable, shadow: null, canary: { lane: canary, share: 1 }, log: () => null };
  const told = { onFallBack: () => undefined, note: () => undefined };
  const lanes = new ServingLanes({ ...options, ...told } as unknown as ServingLanesOptions);
  const settled: number[] = [];
  for (let index = 0; index < 3; index += 1) {
    const arrivedAt = performance.now();
    canary.dispatcher.add("score", {
      ...{ body: Buffer.from(String(index)), rows: 1, arrivedAt, deadline: arrivedAt + 60_000 },
      settle: ({ status }) => settled.push(status),
    });
  }
  const failure = { lane: canary as never, prediction: { name: "score" } as never, arrivedAt: performance.now() };
  for (let index = 0; index < 20 && lanes.canaryShare > 0; index += 1) lanes.left({ ...failure, isHasty: false });
  expect(lanes.canaryShare).toBe(0);
  await Promise.resolve();
  expect([canary.dispatcher.waiting, stable.dispatcher.waiting, settled]).toEqual([0, 3, []]);
});
