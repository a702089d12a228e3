import { expect, test } from "vitest";
import { type AttemptResult, RECORD_FORMAT } from "../../../runtime/datastore/records.ts";
import { MOTO } from "../../rigs/aws/moto.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { rigForFile } from "./rig.ts";

describeWith(MOTO, "results in a bucket that are announced", () => {
  const rig = rigForFile();

  test("are there also if they were committed after an answer that was announced and never asked for", async () => {
    const { proxy, truth, via } = rig();
    const writer = truth.record("Sample", "r1").resultWriter();
    const reader = via.record("Sample", "r1");
    reader.ahead([writer.write(resultOf(1))]);
    while (!(await proxy.requests()).some(({ op }) => op === "get"));
    const later = writer.write(resultOf(2));
    reader.ahead([later]);
    expect(reader.resultAt(later).task).toBe(2);
  });
});

function resultOf(task: number): AttemptResult {
  return {
    format: RECORD_FORMAT,
    flow: "Sample",
    run: "r1",
    step: "train",
    task,
    attempt: 0,
    status: "succeeded",
    startedAt: 0,
    finishedAt: 1,
    artifacts: {},
    next: { kind: "end" },
    error: null,
  };
}
