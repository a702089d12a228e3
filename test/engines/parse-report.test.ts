import { describe, expect, test } from "vitest";
import { parseReport } from "../../runtime/engines/local/parse-report.ts";

const NEXT = { kind: "linear", target: "end" };
const RESULT = "run/work/2/0/123-a/0";
const ERROR = { name: "Error", message: "no" };
const SUCCEEDED = { status: "succeeded", next: NEXT, result: RESULT };
const CAUGHT = { status: "caught", next: NEXT, result: RESULT, error: ERROR };
const FAILED = { status: "failed", error: ERROR, isRetryable: true, isCrash: false };

describe("a line of a worker", () => {
  test.each([
    ["that it is ready", { type: "ready" }],
    ["that it took a task", { type: "began", key: "k" }],
    ["that a task succeeded", done(SUCCEEDED)],
    ["that a task's failure was caught", done(CAUGHT)],
    ["that a task failed", done(FAILED)],
  ])("tells %s", (_, report) => {
    expect(parseReport(JSON.stringify(report))).toEqual(report);
  });

  test.each([
    ["no JSON", "hello"],
    ["half a line", '{"type":"done","key":"k"'],
    ["nothing", ""],
    ["null", "null"],
    ["a list", "[]"],
    ["a text", '"ready"'],
    ["of an unknown type", '{"type":"gone","key":"k"}'],
    ["named as what all objects have", '{"type":"constructor","key":"k"}'],
    ["a beginning without its key", '{"type":"began"}'],
    ["a beginning with a number as its key", '{"type":"began","key":1}'],
    ["an end that does not say whether its process is clean", JSON.stringify({ ...done(FAILED), isClean: "yes" })],
    ["an end without outcome", '{"type":"done","key":"k","isClean":true}'],
    ["an outcome of an unknown status", text({ ...SUCCEEDED, status: "toString" })],
    ["a success without result", text({ status: "succeeded", next: NEXT })],
    ["a success with a number as its result", text({ ...SUCCEEDED, result: 1 })],
    ["a success that goes on by no known way", text({ ...SUCCEEDED, next: { kind: "constructor" } })],
    ["a success that goes on to nowhere", text({ ...SUCCEEDED, next: { kind: "linear" } })],
    ["a caught failure without error", text({ ...SUCCEEDED, status: "caught" })],
    ["a failure with a text as its error", text({ ...FAILED, error: "no" })],
    ["a failure that does not say whether it may be retried", text({ ...FAILED, isRetryable: undefined })],
  ])("is none if it is %s", (_, line) => {
    expect(parseReport(line)).toBeNull();
  });

  test("passes on nothing that no report has", () => {
    const report = parseReport('{"type":"ready","key":"k","extra":1}');
    expect(report).toEqual({ type: "ready" });
  });
});

function done(outcome: object) {
  return { type: "done", key: "k", outcome, isClean: true };
}

function text(outcome: object): string {
  return JSON.stringify(done(outcome));
}
