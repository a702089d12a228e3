import { expect, onTestFinished, test, vi } from "vitest";
import { memoryStorage } from "../../sdk/testing/memory-storage.ts";
import { readMetrics } from "../../runtime/datastore/reader/read-metrics.ts";
import { metricsKey } from "../../runtime/datastore/run-keys.ts";
import type { Storage } from "../../runtime/datastore/storage.ts";
import { redactor } from "../../runtime/secrets/redactor.ts";
import { TaskMetrics } from "../../runtime/worker/task-metrics.ts";

const PLACE = { flow: "F", run: "r", step: "fit", task: 1, attempt: 0 };

interface Logged {
  readonly metrics: TaskMetrics;
  readonly storage: Storage;
  series(): Record<string, { steps: number[]; values: number[]; times: number[] }>;
}

function logged(secrets: readonly string[] = []): Logged {
  const storage = memoryStorage();
  const masking = redactor(secrets);
  const metrics = new TaskMetrics({ open: () => storage.append(metricsKey(PLACE)), redactor: () => masking });
  onTestFinished(() => void metrics.close());
  return { metrics, storage, series: () => Object.fromEntries(readMetrics(storage, PLACE)) };
}

test("each series counts on by itself, from the step that was given last", () => {
  const { metrics, series } = logged();
  metrics.add({ loss: 3 });
  metrics.add({ loss: 2, accuracy: 0.5 });
  metrics.add({ loss: 1 }, { step: 10 });
  metrics.add({ loss: 0.5, accuracy: 0.6 });
  metrics.close();
  expect(series()).toEqual({
    loss: { steps: [0, 1, 10, 11], values: [3, 2, 1, 0.5], times: expect.any(Array) as number[] },
    accuracy: { steps: [0, 1], values: [0.5, 0.6], times: expect.any(Array) as number[] },
  });
});

test("NaN, Infinity and long series come back as they were", () => {
  const { metrics, series } = logged();
  const odd = [NaN, Infinity, -Infinity, 5e-324, 0.1 + 0.2];
  for (const loss of odd) metrics.add({ loss });
  for (let row = 0; row < 5000; row += 1) metrics.add({ long: Math.sqrt(row), ["__proto__"]: row });
  metrics.add({ long: NaN });
  const last = metrics.close();
  expect(series()["loss"]?.values).toEqual(odd);
  expect(series()["long"]?.values).toEqual([...Array.from({ length: 5000 }, (_, row) => Math.sqrt(row)), NaN]);
  expect(series()["long"]?.steps.at(-1)).toBe(5000);
  expect(Object.entries(series()).map(([name]) => name)).toEqual(["loss", "long", "__proto__"]);
  expect(last["long"]).toMatchObject({ step: 5000, value: "NaN" });
});

test("a call is stored at once where calls are few, together where they are many, and the last once the task waits", async () => {
  const { metrics, storage, series } = logged();
  metrics.add({ loss: 1 });
  expect(series()["loss"]?.values).toEqual([1]);
  for (let row = 0; row < 10_000; row += 1) metrics.add({ loss: row });
  await expect.poll(() => series()["loss"]?.values.length, { timeout: 30_000 }).toBe(10_001);
  const lines =
    Buffer.from(storage.end(metricsKey(PLACE), 1e9)?.bytes ?? [])
      .toString()
      .split("\n").length - 1;
  expect(lines).toBeLessThan(500);
});

test("nothing is taken from a task that is over, and what it logged is not stored twice", () => {
  const { metrics, series } = logged();
  metrics.add({ loss: 1 });
  const concluded = metrics.conclude();
  expect(metrics.close()).toEqual(concluded);
  metrics.add({ loss: 2 });
  metrics.close();
  expect(series()["loss"]?.values).toEqual([1]);
});

test("where it cannot be stored, the step goes on with one warning", () => {
  const warned: string[] = [];
  const write = vi.spyOn(process.stderr, "write").mockImplementation((text) => warned.push(String(text)) > 0);
  onTestFinished(() => write.mockRestore());
  const full = () => {
    throw new Error("the disk is full");
  };
  const metrics = new TaskMetrics({ open: full, redactor: () => null });
  metrics.add({ loss: 1 });
  metrics.add({ loss: 2 });
  expect(metrics.close()).toMatchObject({ loss: { step: 1, value: 2 } });
  expect(warned).toEqual(["warning: what current.log tells is not stored from here on: the disk is full\n"]);
});

test("a name shows no secret, and names that are masked alike are one series", () => {
  const { metrics, series } = logged(["sesame-0451-open"]);
  metrics.add({ "loss sesame-0451-open": 1, "loss ***": 2 });
  metrics.close();
  expect(Object.keys(series())).toEqual(["loss ***"]);
  expect(series()["loss ***"]?.values).toEqual([1, 2]);
});

test.each([
  [[{ loss: "0.3" }], '"loss" is not a number: "0.3"', "convert it: Number(loss)"],
  [[{ loss: true }], '"loss" is not a number: true', "convert it: Number(loss)"],
  [[{ loss: null }], '"loss" is not a number: null', "for example current.log({ loss: 0.31"],
  [[{ grads: { mean: 1 } }], '"grads" is not a number: an object', 'as in "grads/mean"'],
  [[{ loss: [1] }], '"loss" is not a number: a list', "for example"],
  [["loss"], 'it takes numbers by name: "loss"', "for example"],
  [[[0.3]], "it takes numbers by name: a list", "for example"],
  [[undefined], "it takes numbers by name: undefined", "for example"],
  [[{ "": 1 }], 'a name has 1 to 200 characters: ""', "for example"],
  [[{ ["x".repeat(201)]: 1 }], "a name has 1 to 200 characters", "for example"],
  [[{ loss: 1 }, { step: -1 }], "a step is a whole number from 0 on: -1", "leave step out"],
  [[{ loss: 1 }, { step: 1.5 }], "a step is a whole number from 0 on: 1.5", "leave step out"],
  [[{ loss: 1 }, { step: NaN }], "a step is a whole number from 0 on: NaN", "leave step out"],
  [[{ loss: 1 }, { step: "3" }], 'a step is a whole number from 0 on: "3"', "leave step out"],
  [[{ loss: 1 }, 3], "its second argument is not { step }: 3", "{ step: 4 }"],
  [[{ loss: 1 }, { steps: 3 }], 'it has no option "steps"', "did you mean step?"],
])("%j is refused, and nothing of it is stored", (args, headline, hint) => {
  const { metrics, series } = logged();
  const add = metrics.add.bind(metrics) as (...args: readonly unknown[]) => void;
  expect(() => add(...args)).toThrow(
    expect.objectContaining({
      code: "MILLRACE_METRIC",
      message: expect.stringContaining(`Cannot log metrics because ${headline}`) as string,
      hint: expect.stringContaining(hint) as string,
    }),
  );
  metrics.close();
  expect(series()).toEqual({});
});

test("names made of numbers are refused before they are a burden", () => {
  const { metrics } = logged();
  const add = () => {
    for (let epoch = 0; epoch < 20_000; epoch += 1) metrics.add({ [`loss-${epoch}`]: 1 });
  };
  expect(add).toThrow('the attempt has 10000 metrics already: "loss-10000"');
});
