import { beforeEach, expect, test } from "vitest";
import type { SchedulerNews } from "../../../runtime/deploy/local/scheduler-news.ts";
import { Troubles } from "../../../runtime/deploy/local/troubles.ts";

const LOOK_MS = 250;
const INSTANTS = { about: "daily", task: "instants" };
let now: number;
let told: SchedulerNews[];
let troubles: Troubles;
beforeEach(() => {
  now = 1_000_000;
  told = [];
  troubles = new Troubles(
    (news) => told.push(news),
    () => now,
  );
});

function broken(): void {
  throw new Error("its release is gone");
}

/** Tries it at each look. @returns how often it was tried, minute by minute */
async function tried(minutes: number): Promise<number[]> {
  const counts: number[] = [];
  for (let minute = 0; minute < minutes; minute += 1) {
    let count = 0;
    for (let look = 0; look < 60_000 / LOOK_MS; look += 1) {
      now += LOOK_MS;
      await troubles.retry(INSTANTS, () => {
        count += 1;
        broken();
      });
    }
    counts.push(count);
  }
  return counts;
}

test("what stays broken is tried more and more seldom, every quarter of a minute at last, and told once", async () => {
  const [first = 0, ...later] = await tried(10);
  expect(first).toBeGreaterThan(3);
  expect(first).toBeLessThan(10);
  // An instant that fails at first is not late for that: what counts as late is a minute old.
  for (const count of later) expect(count).toBeGreaterThanOrEqual(3);
  for (const count of later) expect(count).toBeLessThanOrEqual(5);
  expect(told).toEqual([{ type: "trouble", about: "daily", error: "its release is gone" }]);
});

test("one deployment's pause keeps neither another one nor its other tasks from being tried", async () => {
  await troubles.retry(INSTANTS, broken);
  expect(await troubles.retry(INSTANTS, () => undefined)).toBe(false);
  expect(await troubles.retry({ about: "hourly", task: "instants" }, () => undefined)).toBe(true);
  expect(await troubles.retry({ about: "daily", task: "gathering" }, () => undefined)).toBe(true);
});

test("what was deployed anew is tried at once; what worked in between is told when it breaks again", async () => {
  await tried(10);
  troubles.changed("daily");
  expect(await troubles.retry(INSTANTS, () => undefined)).toBe(true);
  expect(told).toHaveLength(1);
  expect(await troubles.retry(INSTANTS, broken)).toBe(false);
  expect(told).toHaveLength(2);
  // The first pause again, not the last one.
  now += 1_000;
  expect(await troubles.retry(INSTANTS, () => undefined)).toBe(true);
});

test("an outage is told again after one that was over, though not at each turn of what comes and goes", async () => {
  const look = { about: "this scheduler", task: "look" };
  const outage = () => troubles.guard(look, broken);
  await outage();
  await outage();
  expect(told).toHaveLength(1);
  for (let turn = 0; turn < 20; turn += 1) {
    now += 1_000;
    await troubles.guard(look, () => undefined);
    await outage();
  }
  expect(told).toHaveLength(1);
  await troubles.guard(look, () => undefined);
  // Another task of the same scheduler works on, and that says nothing of this one.
  now += 600_000;
  await outage();
  await troubles.guard({ ...look, task: "beat" }, () => undefined);
  now += 600_000;
  await outage();
  expect(told).toHaveLength(2);
  now += 3_600_000;
  await outage();
  expect(told).toHaveLength(3);
});
