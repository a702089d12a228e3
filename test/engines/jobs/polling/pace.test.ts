import { expect, test } from "vitest";
import { nextLookMs } from "../../../../runtime/engines/jobs/polling/next-look-ms.ts";
import { TokenBucket } from "../../../../runtime/engines/jobs/polling/token-bucket.ts";

function random(): number {
  return 0;
}

test("jobs are looked at soon after a change, and ever later the longer nothing changes", () => {
  const waits = [0, 1000, 4000, 20_000, 100_000, 1_000_000].map((youngestMs) =>
    nextLookMs({ youngestMs, calls: 1, random }),
  );
  expect(waits).toEqual([200, 200, 200, 1000, 5000, 10_000]);
});

test("looks that take many requests come less often", () => {
  const waits = [1, 2, 10, 100].map((calls) => nextLookMs({ youngestMs: 0, calls, random }));
  expect(waits).toEqual([200, 400, 3600, 10_000]);
});

test("looks of several schedulers drift apart", () => {
  expect([1, 0].map((chance) => nextLookMs({ youngestMs: 0, calls: 1, random: () => chance }))).toEqual([160, 200]);
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
  for (const start of uses)
    expect(uses.filter((at) => at >= start && at < start + 1000).length).toBeLessThanOrEqual(48);
});
