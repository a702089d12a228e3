import { expect, test } from "vitest";
import type { UnderTest } from "./backend-contract.ts";

const COUNT = 200;
const LINES = {
  stdout: [...Array.from({ length: COUNT }, (_, at) => `hello ${at}`), "äöü €, in two pieces"],
  stderr: Array.from({ length: COUNT }, (_, at) => `aside ${at}`),
};

export function output(under: () => UnderTest): void {
  test("lines come whole, in the order of their stream, all before the end, and are stored", async () => {
    const { stage, trial, first } = under();
    const task = trial.start("speaks", { inputs: [first] });
    expect(await trial.endOf(task)).toMatchObject({ status: "succeeded" });
    expect({ stdout: trial.linesOf(task), stderr: trial.linesOf(task, "stderr") }).toEqual(LINES);
    expect(trial.of(task).at(-1)?.type).toBe("ended");

    const { flow, run } = stage.document;
    const log = stage.store.record(flow, run).log({ step: "speaks", task, attempt: 0 });
    const stored = [...log].map(({ stream, time, text }) => ({ stream, time, text }));
    const told = trial.of(task).flatMap((event) => (event.type === "logged" ? [event] : []));
    expect(told.map(({ stream, time, text }) => ({ stream, time, text }))).toEqual(stored);
  });

  test("lines come while their task goes on", async () => {
    const { trial, first } = under();
    const task = trial.start("waits", { inputs: [first] });
    await trial.until(() => trial.linesOf(task).includes("waiting"));
    expect(trial.of(task).some(({ type }) => type === "ended")).toBe(false);
    trial.backend.stop(task, { name: "AbortError", message: "enough" });
    await trial.endOf(task);
  });
}
