import { expect, test } from "vitest";
import { Runner, testStep } from "millrace/testing";
import { makePoints } from "./data.ts";
import { TrainFlow } from "./flow.ts";

test("training finds the slope", async () => {
  const points = makePoints(50, 1);
  const { artifacts } = await testStep(TrainFlow, "train", {
    artifacts: { training: points, validation: points },
    input: 1,
  });
  expect(artifacts.fit.slope).toBeCloseTo(2, 1);
});

test("the whole flow keeps the best fit", async () => {
  const { run, status } = await new Runner(TrainFlow, { datastore: ".test-runs" }).run({ epochs: 30 });
  expect(status).toBe("succeeded");
  expect((await run.data.fit).rate).toBe(1);
});
