import { expect, test } from "vitest";
import { columnsText } from "../../../runtime/cli/commands/top/list/columns-text.ts";
import { TaskOrder } from "../../../runtime/cli/commands/top/run/task-order.ts";
import type { TaskSummary } from "../../../runtime/datastore/reader/run-summary.ts";

const COLUMNS = [
  { text: "✗", width: 1 },
  { text: "train/17 Vienna", width: 10 },
  { text: "1.2 s", width: 8, isRight: true },
  { text: "loss is NaN\nand more", width: 10 },
];

test("columns are as wide as they are, the last one takes the rest, and none goes over the edge", () => {
  expect(columnsText(COLUMNS, 60)).toBe("✗  train/17 …     1.2 s  loss is NaN\\nand more");
  expect(columnsText(COLUMNS, 30)).toBe("✗  train/17 …     1.2 s  loss…");
  expect(columnsText(COLUMNS, 22)).toBe("✗  train/17 …");
  for (let room = 0; room < 60; room += 1)
    expect(columnsText(COLUMNS, room).length).toBeLessThanOrEqual(Math.max(room, 1));
});

test("tasks stand in the order in which people look for them", () => {
  const order = new TaskOrder();
  const task = (number: number, status: TaskSummary["status"], more: Partial<TaskSummary> = {}) =>
    order.changed({ task: number, status, isCancelled: false, isReused: false, ...more } as TaskSummary);
  task(1, "succeeded");
  task(2, "running");
  task(3, "succeeded", { isReused: true });
  task(4, "failed", { isCancelled: true });
  task(5, "failed");
  task(6, "caught");
  task(7, "pending");
  expect(order.all()).toEqual([5, 2, 7, 6, 4, 1, 3]);
  const before = order.all();
  task(2, "running");
  expect(order.all()).toBe(before);
  task(2, "failed");
  expect(order.all()).toEqual([5, 2, 7, 6, 4, 1, 3]);
  expect(order.failed).toBe(2);
});
