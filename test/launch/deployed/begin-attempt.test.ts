import { afterEach, beforeEach, expect, test } from "vitest";
import type { Datastore } from "../../../runtime/datastore/datastore.ts";
import { TaskEvents } from "../../../runtime/datastore/task-events.ts";
import { nodeOf } from "../../../runtime/graph/flow-graph.ts";
import { beginAttempt } from "../../../runtime/launch/deployed/begin-attempt.ts";
import type { Concludes } from "../../../runtime/launch/deployed/told-task.ts";
import { SampleRun, sampleStore } from "../../datastore/sample-store.ts";

let store: Datastore;
let remove: () => void;
beforeEach(() => {
  ({ store, remove } = sampleStore());
  new SampleRun(store, "r1");
});
afterEach(() => remove());

/** The next attempt of a step with `@catchError` and without `@retry`. */
function begin(concludes: Concludes) {
  const record = store.record("Sample", "r1");
  const node = nodeOf(record.document().graph, "start");
  const turn = beginAttempt({
    ...{ events: new TaskEvents(store.storage, { flow: "Sample", run: "r1" }), record, concludes },
    node: { ...node, settings: { ...node.settings, catchAs: "problem" } },
    task: { step: "start", path: "0", source: { kind: "start" }, inputs: [], stack: [], gang: null },
  });
  if (turn.kind !== "run") throw new Error(turn.kind);
  return turn.spec;
}

test("a task that is started twice by a target that says when to conclude is not concluded while it runs", () => {
  expect(begin(null)).toMatchObject({ attempt: 0, caught: null });
  expect(begin(null)).toMatchObject({ attempt: 1, caught: null });
  expect(begin("now")).toMatchObject({ attempt: 2, caught: { message: expect.any(String) } });
});

test("where a target cannot say when, the attempt after the last one concludes", () => {
  expect(begin("beyond")).toMatchObject({ attempt: 0, caught: null });
  expect(begin("beyond")).toMatchObject({ attempt: 1, caught: { message: expect.stringContaining("without a word") } });
});
