import { expect, test } from "vitest";
import { Runner, testStep } from "millrace/testing";
import { NightlyFlow } from "./flow.ts";

test("broken rows are dropped", async () => {
  const good = { region: "north", day: 1, amount: 5 };
  const rows = [...Array.from({ length: 20 }, () => good), { region: "north" }];
  const { artifacts } = await testStep(NightlyFlow, "transform", { artifacts: { rows } });
  expect([artifacts.orders.length, artifacts.dropped]).toEqual([20, 1]);
});

test("a month of mostly broken rows is refused", async () => {
  const artifacts = { rows: [null, null] };
  await expect(testStep(NightlyFlow, "transform", { artifacts })).rejects.toThrow("2 of 2 rows are broken");
});

test("the whole flow scores every region", async () => {
  const { run, status } = await new Runner(NightlyFlow, { datastore: ".test-runs" }).run({ day: 30 });
  expect(status).toBe("succeeded");
  expect((await run.data.scores).map(({ region }) => region)).toEqual(["north", "south", "west"]);
});
