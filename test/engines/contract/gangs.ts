import { expect, test } from "vitest";
import type { UnderTest } from "./backend-contract.ts";

const SIZE = 3;

export function gangs(under: () => UnderTest): void {
  test("members of a gang reach the first one, wherever they run and whoever begins first", async () => {
    const { trial, first } = under();
    const tasks = [2, 1, 0].map((index) =>
      trial.start("talks", { inputs: [first], gang: { size: SIZE, index }, path: `7/${index}.0` }),
    );
    const outcomes = await Promise.all(tasks.map((task) => trial.endOf(task)));
    const said = outcomes.map((outcome) => {
      if (outcome.status !== "succeeded") throw new Error(JSON.stringify(outcome));
      return trial.artifactsAt(outcome.result)["at"];
    });
    expect(said).toEqual(["taken", "taken", [1, 2]]);
  });

  test("a further attempt of the first member is reached where it is, not where an earlier one was", async () => {
    const { trial, stage, first } = under();
    const { store, document } = stage;
    const record = store.record(document.flow, document.run);
    await record.writeGang("9", { format: 1, mainHost: "192.0.2.77", attempt: 0, time: 1 });
    const start = (index: number, attempt = 0) =>
      trial.start("talks", { inputs: [first], gang: { size: 2, index }, path: `9/${index}.0`, attempt });
    const tasks = [start(0, 1), start(1)];
    const outcomes = await Promise.all(tasks.map((task) => trial.endOf(task)));
    expect(outcomes).toMatchObject([{ status: "succeeded" }, { status: "succeeded" }]);
  });

  test("a member that waits for the first one can be stopped", async () => {
    const { trial, first } = under();
    const task = trial.start("talks", { inputs: [first], gang: { size: SIZE, index: 1 }, path: "8/1.0" });
    await trial.until(() => trial.of(task).some(({ type }) => type === "began"));
    trial.backend.stop(task, { name: "AbortError", message: "enough" });
    expect(await trial.endOf(task)).toMatchObject({ status: "failed", error: { message: "enough" } });
  });
}
