import { expect, test } from "vitest";
import { Runner, testStep } from "millrace/testing";
import { TrainFlow } from "./flow.ts";

test("a slope gets its error", async () => {
  const { artifacts } = await testStep(TrainFlow, "train", { artifacts: { points: [[1, 3]] }, input: 2 });
  expect(artifacts.fit).toEqual({ slope: 2, error: 1 });
});

test("the whole flow keeps the best slope", async () => {
  const { run, status } = await new Runner(TrainFlow, { datastore: ".test-runs" }).run();
  expect(status).toBe("succeeded");
  expect((await run.data.fit).slope).toBe(2);
});
