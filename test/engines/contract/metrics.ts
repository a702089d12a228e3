import { expect, test } from "vitest";
import { attemptValues } from "../../../runtime/datastore/reader/attempt-values.ts";
import { readMetrics } from "../../../runtime/datastore/reader/read-metrics.ts";
import type { UnderTest } from "./backend-contract.ts";

export function metrics(under: () => UnderTest): void {
  const seriesOf = (step: string, task: number) => {
    const { store, document } = under().stage;
    const place = { flow: document.flow, run: document.run, step, task, attempt: 0 };
    const series = Object.fromEntries(readMetrics(store.storage, place));
    const [end] = attemptValues(store.storage, [place]);
    return { series, last: end?.last };
  };

  test("what a task logs is stored with the attempt, and its end tells the last values", async () => {
    const { trial, first } = under();
    const task = trial.start("logs", { inputs: [first] });
    const outcome = await trial.endOf(task);
    const { series, last } = seriesOf("logs", task);
    const steps = Array.from({ length: 30 }, (_, epoch) => epoch * 10);
    expect(series["loss"]).toMatchObject({
      steps: [...steps, 291],
      values: [...steps.map((at) => 1 / (at / 10 + 1)), NaN],
    });
    expect(series["accuracy"]?.steps).toEqual(steps);
    expect(outcome.metrics).toEqual(last);
    expect(last).toMatchObject({ loss: { step: 291, value: "NaN" }, accuracy: { step: 290, value: 29 / 30 } });
  });

  test("what was logged before the process waits and is killed is stored, to the last call", async () => {
    const { trial, first } = under();
    const task = trial.start("logsAndDies", { inputs: [first] });
    expect(await trial.endOf(task)).toMatchObject({ status: "failed", isCrash: true });
    const { series, last } = seriesOf("logsAndDies", task);
    expect(series["loss"]?.values).toEqual(Array.from({ length: 500 }, (_, row) => row));
    expect(last).toMatchObject({ loss: { step: 499, value: 499 } });
  });
}
