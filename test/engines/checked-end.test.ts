import { describe, expect, test } from "vitest";
import type { TaskEnded } from "../../runtime/engines/compute-backend.ts";
import type { TaskOutcome } from "../../runtime/task/task-outcome.ts";
import { checkedEnd } from "../../runtime/engines/checked-end.ts";
import type { TakenTransition } from "../../runtime/datastore/records.ts";
import type { FlowGraph, Transition } from "../../runtime/graph/flow-graph.ts";

const RUN = "20261129-120000000-abcde";
const ORIGIN = "20261128-120000000-abcde";
const RESULT = `${RUN}/work/2/0/123-a/0`;
const HASH = "0".repeat(64);

const LINEAR: Transition = { kind: "linear", target: "end" };
const SWITCH: Transition = { kind: "switch", artifact: "size", cases: { big: "large", small: "little" } };
const FOREACH: Transition = { kind: "foreach", target: "each", artifact: "items" };
const GANG: Transition = { kind: "gang", target: "each", size: null };

const WAYS: Readonly<Record<string, readonly [Transition, unknown]>> = {
  "the end": [{ kind: "end" }, { kind: "end" }],
  "the one next step": [LINEAR, LINEAR],
  "all branches": [branch("a", "b"), branch("a", "b")],
  "a case of a switch": [SWITCH, { kind: "switch", case: "small", target: "little" }],
  "a foreach": [FOREACH, foreach({ size: 3, itemsPerBlob: 2, blobs: [HASH, HASH] })],
  "a foreach over nothing": [FOREACH, foreach({ size: 0, itemsPerBlob: 2, blobs: [] })],
  "a gang": [GANG, { kind: "gang", target: "each", size: 4 }],
};

const NO_WAYS: Readonly<Record<string, readonly [Transition, unknown]>> = {
  "another kind of way": [LINEAR, { kind: "end" }],
  "another step": [LINEAR, { kind: "linear", target: "start" }],
  "fewer branches": [branch("a", "b"), branch("a")],
  "branches in another order": [branch("a", "b"), branch("b", "a")],
  "the step of another case": [SWITCH, { kind: "switch", case: "small", target: "large" }],
  "a case that all objects have": [SWITCH, { kind: "switch", case: "constructor", target: "little" }],
  "a foreach whose items are missing": [FOREACH, foreach({ size: 3, itemsPerBlob: 2, blobs: [HASH] })],
  "a foreach over a fraction": [FOREACH, foreach({ size: 1.5, itemsPerBlob: 2, blobs: [HASH] })],
  "a foreach with no room for items": [FOREACH, foreach({ size: 0, itemsPerBlob: 0, blobs: [] })],
  "a foreach over a file": [FOREACH, foreach({ size: 1, itemsPerBlob: 2, blobs: ["../../etc/passwd"] })],
  "an empty gang": [GANG, { kind: "gang", target: "each", size: 0 }],
  "no way at all": [LINEAR, null],
};

const ELSEWHERE: Readonly<Record<string, string>> = {
  "another run's": `20261129-120000000-other/work/2/0/123-a/0`,
  "another step's": `${RUN}/start/2/0/123-a/0`,
  "another step's in the run that is resumed": `${ORIGIN}/start/2/0/123-a/0`,
  "another task's": `${RUN}/work/3/0/123-a/0`,
  "another attempt's": `${RUN}/work/2/1/123-a/0`,
  "outside the store": `${RUN}/work/2/0/../../0`,
  "before the file": `${RUN}/work/2/0/123-a/-1`,
  "in the middle of a byte": `${RUN}/work/2/0/123-a/0.5`,
  nowhere: "",
};

describe("what a process told of its task's end", () => {
  test.each(Object.entries(WAYS))("stands where it went on by %s as its source says", (_, [known, taken]) => {
    const end = ended({ status: "succeeded", result: RESULT, next: taken as TakenTransition });
    expect(checkedEnd(end, { graph: graphWith(known), run: RUN, originRun: ORIGIN })).toBe(end);
  });

  test("stands where a job of the run that is resumed has done the work, under the number that it had there", () => {
    const result = `${ORIGIN}/work/7/1/123-a/0`;
    const end = ended({ status: "succeeded", result, next: LINEAR as TakenTransition });
    expect(checkedEnd(end, { graph: graphWith(LINEAR), run: RUN, originRun: ORIGIN })).toBe(end);
  });

  test.each(Object.entries(NO_WAYS))("is a crash where it went on by %s, against its source", (_, [known, taken]) => {
    const end = ended({ status: "succeeded", result: RESULT, next: taken as TakenTransition });
    expect(outcomeOf(end, known)).toMatchObject({ status: "failed", isRetryable: true, isCrash: true });
  });

  test.each(Object.entries(ELSEWHERE))("is a crash where the result is %s", (_, result) => {
    const end = ended({ status: "succeeded", result: result as never, next: LINEAR as TakenTransition });
    expect(outcomeOf(end, LINEAR)).toMatchObject({ status: "failed", isCrash: true });
  });

  test("is judged as strictly where a failure was caught", () => {
    const error = { name: "Error", message: "no" };
    const end = ended({ status: "caught", result: RESULT as never, next: { kind: "end" }, error });
    expect(outcomeOf(end, LINEAR)).toMatchObject({ status: "failed", isCrash: true });
  });

  test("stands where it says that the task failed", () => {
    const error = { name: "Error", message: "no" };
    const end = ended({ status: "failed", error, isRetryable: false, isCrash: false });
    expect(checkedEnd(end, { graph: graphWith(LINEAR), run: RUN, originRun: ORIGIN })).toBe(end);
  });
});

function ended(outcome: unknown): TaskEnded {
  return { type: "ended", step: "work", task: 2, attempt: 0, outcome: outcome as TaskOutcome };
}

function outcomeOf(end: TaskEnded, known: Transition): TaskOutcome {
  return checkedEnd(end, { graph: graphWith(known), run: RUN, originRun: ORIGIN }).outcome;
}

function graphWith(transition: Transition): FlowGraph {
  return { steps: [{ name: "work", transition }] } as unknown as FlowGraph;
}

function branch(...targets: string[]): { kind: "branch"; targets: string[] } {
  return { kind: "branch", targets };
}

function foreach({ size, ...items }: { size: number; itemsPerBlob: number; blobs: string[] }) {
  return { kind: "foreach", target: "each", size, items };
}
