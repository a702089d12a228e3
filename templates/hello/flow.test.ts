import { expect, test } from "vitest";
import { Runner, testStep } from "millrace/testing";
import { HelloFlow } from "./flow.ts";

test("a step alone", async () => {
  const { artifacts } = await testStep(HelloFlow, "greet", { input: "Alan" });
  expect(artifacts.greeting).toBe("Hello, Alan!");
});

test("the whole flow", async () => {
  const { run, status } = await new Runner(HelloFlow, { datastore: ".test-runs" }).run({ names: ["Ada", "Alan"] });
  expect(status).toBe("succeeded");
  expect(await run.data.greetings).toEqual(["Hello, Ada!", "Hello, Alan!"]);
});
