import path from "node:path";
import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../../runtime/datastore/run-event.ts";
import { type TaskColumns, decodeColumns, encodeColumns } from "../../../runtime/web/api/task-columns.ts";
import { LiveColumns } from "../../../runtime/web/page/state/live-columns.ts";
import { columnsOf } from "../../../runtime/web/server/columns-of.ts";
import { ROOT, runFlow, withRun, millrace, type FlowRun } from "../../rigs/harness.ts";

const FLOW = path.join(ROOT, "test/web/page/flows/train.ts");

describe("the columns of a run that goes on", () => {
  test.each([
    { title: "a run with a retry", args: ["run"] },
    { title: "a run that fails", args: ["run", "--wrong", "FRA"] },
  ])("are after all its events what the server makes of its journal: $title", async ({ args }) => {
    const run = await runFlow(FLOW, args);
    expectSame(run, eventsOf(run), 0);
  });

  test("go on in the middle as from the start, and know what is reused", async () => {
    const failed = await runFlow(FLOW, ["run", "--wrong", "OSL", "--max-workers", "1"]);
    const resumed = await millrace(["resume", FLOW], { datastore: failed.datastore });
    const run = withRun(resumed);
    expect(run.summary.tasks.some(({ isReused }) => isReused)).toBe(true);
    const events = eventsOf(run);
    for (const from of [0, Math.floor(events.length / 2)]) expectSame(run, events, from);
  });
});

/** Columns after the first events, and then told of the others, are those of all events. */
function expectSame(run: FlowRun, events: readonly RunEvent[], from: number): void {
  const isForeach = (one: string, other: string) => one === "start" && other === "fit";
  const live = new LiveColumns(emptyColumns(), { isForeach });
  for (const event of events.slice(0, from)) live.apply(event);
  const middle = decodeColumns(encodeColumns(live.view()).buffer as ArrayBuffer);
  const second = new LiveColumns(middle, { isForeach });
  for (const event of events.slice(from)) second.apply(event);
  const { steps, cursor, ...shown } = second.view();
  const whole = columnsOf(run.summary, "");
  const stepsOf = (columns: TaskColumns) => Array.from(columns.step, (step) => columns.steps[step]);
  expect(stepsOf(second.view())).toEqual(stepsOf(whole));
  for (const name of ["task", "status", "flags", "index", "startedAt", "finishedAt", "after"] as const)
    expect([name, ...shown[name]]).toEqual([name, ...whole[name]]);
}

function emptyColumns(): TaskColumns {
  return {
    ...{ steps: [], cursor: "0", task: new Uint32Array(), step: new Uint16Array(), status: new Uint8Array() },
    ...{ attempts: new Uint8Array(), flags: new Uint8Array(), index: new Int32Array(), readyAt: new Float64Array() },
    ...{ startedAt: new Float64Array(), finishedAt: new Float64Array(), after: new Uint32Array() },
  };
}

function eventsOf({ store, flow, run }: FlowRun): readonly RunEvent[] {
  return [...store.record(flow, run).events()];
}
