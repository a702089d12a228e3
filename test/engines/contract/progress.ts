import { expect, test } from "vitest";
import type { BackendEvent } from "../../../runtime/engines/compute-backend.ts";
import type { UnderTest } from "./backend-contract.ts";

/** A thousand words in a moment are told as a few. */
const MOST = 20;

export function progress(under: () => UnderTest): void {
  test("how far a task says it is comes while it goes on, the latest word last", async () => {
    const { trial, first } = under();
    const task = trial.start("reports", { inputs: [first] });
    await trial.until(() => told(trial.of(task)).at(-1)?.fraction === 0.5);
    expect(told(trial.of(task)).at(-1)).toEqual({ fraction: 0.5, note: "row 500" });
    expect(told(trial.of(task)).length).toBeLessThan(MOST);
    expect(trial.of(task).some(({ type }) => type === "ended")).toBe(false);
    trial.backend.stop(task, { name: "AbortError", message: "enough" });
    await trial.endOf(task);
  });

  test("the last word of a task is not lost, comes before its end, and is no output", async () => {
    const { stage, trial, first } = under();
    const task = trial.start("measures", { inputs: [first] });
    expect(await trial.endOf(task)).toMatchObject({ status: "succeeded" });
    const events = trial.of(task);
    expect(told(events).at(-1)).toEqual({ fraction: 1, note: "row 1000" });
    expect(told(events).length).toBeLessThan(MOST);
    expect(events.at(-1)?.type).toBe("ended");
    expect(trial.linesOf(task)).toEqual(["measuring", "measured"]);
    const { flow, run } = stage.document;
    const log = stage.store.record(flow, run).log({ step: "measures", task, attempt: 0 });
    expect([...log].map(({ text }) => text)).toEqual(["measuring", "measured"]);
  });
}

function told(events: readonly BackendEvent[]): { fraction: number; note: string }[] {
  return events.flatMap((event) => {
    if (event.type !== "progressed") return [];
    const { fraction, note } = event;
    return [{ fraction, note }];
  });
}
