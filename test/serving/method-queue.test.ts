import { expect, test } from "vitest";
import type { Prediction } from "../../runtime/serving/model/predictions-of.ts";
import { MethodQueue } from "../../runtime/serving/queue/method-queue.ts";

/** A method whose batches take 10 ms a row, as is known of eight of them. */
function busyQueue(): MethodQueue {
  const queue = new MethodQueue({ name: "work", batch: { maxSize: 4, maxWaitMs: 0 } } as Prediction);
  for (let rows = 1; rows <= 8; rows += 1) queue.cost.note(rows, rows * 10);
  return queue;
}

function waiting(deadline: number) {
  return { body: Buffer.from("1"), rows: 1, arrivedAt: 0, deadline, settle: () => undefined };
}

test("what the next batch would answer too late is not computed, so that those behind it come in time", () => {
  const queue = busyQueue();
  const [first, second, third] = [waiting(20), waiting(29), waiting(100)];
  for (const one of [first, second, third]) queue.add(one, 0);
  expect(queue.batchMs()).toBeCloseTo(30);
  expect(queue.removeHopeless(0)).toEqual([first, second]);
  expect(queue.removeHopeless(0)).toEqual([]);
  expect(queue.take()).toEqual([third]);
  expect([queue.length, queue.rows]).toEqual([0, 0]);
});

test("where all would be late, the last is tried all the same: batches may have become faster", () => {
  const queue = busyQueue();
  const [first, last] = [waiting(5), waiting(6)];
  queue.add(first, 0);
  queue.add(last, 0);
  expect(queue.removeHopeless(0)).toEqual([first]);
  expect(queue.take()).toEqual([last]);
});

test("one more request counts with the batch that it will be in, and a large one with its own size", () => {
  const queue = busyQueue();
  expect(queue.batchMs(waiting(0))).toBeCloseTo(10);
  expect(queue.batchMs({ ...waiting(0), rows: 9 })).toBeCloseTo(90);
  for (let index = 0; index < 10; index += 1) queue.add(waiting(1000), 0);
  expect(queue.batchMs(waiting(0))).toBeCloseTo(40);
});
