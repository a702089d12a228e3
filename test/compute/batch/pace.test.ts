import { expect, test } from "vitest";
import { Pace } from "../../../runtime/compute/batch/pace.ts";
import { TokenBucket } from "../../../runtime/compute/batch/token-bucket.ts";

test("jobs are looked at soon after a change, and ever later the longer nothing changes", () => {
  const pace = new Pace({ now: 0, random: () => 0 });
  expect([0, 1000, 2000, 10_000, 50_000, 1_000_000].map((now) => pace.next(now, 1))).toEqual([
    ...[200, 200, 200, 1000, 5000, 10_000],
  ]);
  pace.changed(1_000_000);
  expect(pace.next(1_000_100, 1)).toBe(200);
});

test("looks that take many requests come less often", () => {
  const pace = new Pace({ now: 0, random: () => 0 });
  expect([1, 2, 10, 100].map((calls) => pace.next(0, calls))).toEqual([200, 400, 3600, 10_000]);
});

test("looks of several schedulers drift apart", () => {
  const [early, late] = [1, 0].map((chance) => new Pace({ now: 0, random: () => chance }).next(0, 1));
  expect([early, late]).toEqual([160, 200]);
});

test("a bucket lets a few through at once and then keeps its rate", () => {
  let now = 0;
  const bucket = new TokenBucket({ perSecond: 10, burst: 3, now: () => now });
  expect([1, 2, 3, 4, 5].map(() => bucket.take())).toEqual([0, 0, 0, 100, 200]);
  now = 10_000;
  expect([1, 2, 3, 4].map(() => bucket.take())).toEqual([0, 0, 0, 100]);
});

test("in no second are there more than burst and rate together", () => {
  let now = 0;
  const bucket = new TokenBucket({ perSecond: 38, burst: 10, now: () => now });
  const uses: number[] = [];
  for (; now < 5000; now += 7) uses.push(now + bucket.take());
  for (const start of uses) expect(uses.filter((at) => at >= start && at < start + 1000).length).toBeLessThanOrEqual(48);
});
