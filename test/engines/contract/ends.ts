import fs from "node:fs";
import { expect, test } from "vitest";
import type { UnderTest } from "./backend-contract.ts";
import { TRIALS } from "./stage.ts";

export function ends(under: () => UnderTest): void {
  test("a task begins before it ends, and succeeds with a result that can be read", async () => {
    const { trial, first } = under();
    const task = trial.start("fans", { inputs: [first] });
    const outcome = await trial.endOf(task);
    expect(outcome).toMatchObject({ status: "succeeded", next: { kind: "foreach" } });
    if (outcome.status !== "succeeded") return;
    expect(trial.artifactsAt(outcome.result)).toMatchObject({ word: "hello", items: ["a", "b"] });
    const types = trial.of(task).flatMap(({ type }) => (type === "began" || type === "ended" ? [type] : []));
    expect(types).toEqual(["began", "ended"]);
    for (const event of trial.of(task)) expect(event).toMatchObject({ task, step: "fans", attempt: 0 });
  });

  test("a failure is the user's own error, with its place in the user's file", async () => {
    const { trial, first } = under();
    const outcome = await trial.run("fails", { inputs: [first] });
    expect(outcome).toMatchObject({ status: "failed", isCrash: false, isRetryable: true });
    if (outcome.status !== "failed") return;
    expect(outcome.error).toMatchObject({ name: "RangeError", message: "no hello" });
    const lines = fs.readFileSync(TRIALS, "utf8").split("\n");
    const line = lines.findIndex((text) => text.includes("RangeError")) + 1;
    expect(outcome.error.stack).toContain(`${TRIALS}:${line}:`);
    expect(outcome.error).toMatchObject({ line, frame: expect.stringContaining("RangeError") });
  });

  test("the last attempt applies @catchError, an earlier one does not", async () => {
    const { trial, first } = under();
    const tasks = [false, true].map((isLastAttempt, attempt) =>
      trial.start("risks", { inputs: [first], isLastAttempt, attempt }),
    );
    const [early, last] = await Promise.all(tasks.map((task) => trial.endOf(task)));
    expect(early).toMatchObject({ status: "failed", isCrash: false, error: { message: "attempt 0 fails" } });
    expect(last).toMatchObject({ status: "caught", error: { message: "attempt 1 fails" } });
    if (last?.status !== "caught") return;
    const { problem, word } = trial.artifactsAt(last.result);
    expect(problem).toMatchObject({ message: "attempt 1 fails" });
    expect(word).toBe("risked");
  });

  test("a task whose process died is concluded by @catchError without its body", async () => {
    const { trial, first } = under();
    const caught = { name: "ProcessEnded", message: "gone", code: "MILLRACE_PROCESS_ENDED" };
    const outcome = await trial.run("risks", { inputs: [first], attempt: 1, caught });
    expect(outcome).toMatchObject({ status: "caught", error: caught });
    if (outcome.status !== "caught") return;
    expect(trial.artifactsAt(outcome.result)).toMatchObject({ word: "hello", problem: { message: "gone" } });
  });

  test("items of a foreach and members of a gang know their place, and run at the same time", async () => {
    const { trial, first } = under();
    const split = await trial.run("fans", { inputs: [first] });
    if (split.status !== "succeeded" || split.next.kind !== "foreach") throw new Error(JSON.stringify(split));
    const [blob = ""] = split.next.items.blobs;
    const children = [0, 1].map((index) => {
      const place = { step: "fans", index, size: 2, blob, at: index };
      return trial.start("places", { inputs: [split.result], stack: [place], attempt: index });
    });
    const members = [0, 1].map((index) => trial.start("serves", { inputs: [first], gang: { size: 2, index } }));
    const outcomes = await Promise.all([...children, ...members].map((task) => trial.endOf(task)));
    const places = outcomes.map((outcome) =>
      outcome.status === "succeeded" ? trial.artifactsAt(outcome.result)["at"] : outcome,
    );
    const engine = trial.backend.name;
    expect(places).toEqual([
      { item: "a", index: 0, task: String(children[0]), attempt: 0, engine },
      { item: "b", index: 1, task: String(children[1]), attempt: 1, engine },
      { numNodes: 2, nodeIndex: 0 },
      { numNodes: 2, nodeIndex: 1 },
    ]);
  });
}
