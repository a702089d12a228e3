import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import {
  committedTasks,
  drivenToEnd,
  expectUndisturbed,
  folderOf,
  killedAt,
  pendingRun,
  startDrive,
  summaryOf,
} from "./driven-run.ts";

function scene() {
  const folder = temporaryFolder();
  return { datastore: path.join(folder, "store"), env: { TRACE: path.join(folder, "trace") } };
}

describe("a run whose scheduler was killed goes on under its id, to the undisturbed result", () => {
  test.each([
    ["before its first event", { KILL_IN_LINE: "1" }],
    ["amid its tasks", { KILL_AT_LINE: "12" }],
    ["in the middle of a line", { KILL_IN_LINE: "17" }],
    ["before its last event", { KILL_IN_LINE: "30" }],
  ])("%s; nothing that was finished runs again", async (_, at) => {
    const of = await pendingRun("shapes.ts", scene());
    await killedAt(of, at);
    expect(summaryOf(of).status).toBe("stale");
    const before = committedTasks(of);
    const summary = await drivenToEnd(of);
    for (const { step, path: place, attempts } of summary.tasks)
      if (before.includes(`${step}@${place}`)) expect(attempts).toHaveLength(1);
    await expectUndisturbed(of);
    expect(fs.readdirSync(folderOf(of)).filter((name) => /^(journal|scheduler)/.test(name))).toEqual([
      "journal-2.jsonl",
      "journal.jsonl",
      "scheduler-2.json",
      "scheduler.json",
    ]);
  });

  test("also when those that went on with it are killed: at their first line, and later", async () => {
    const of = await pendingRun("shapes.ts", scene());
    await killedAt(of, { KILL_AT_LINE: "8" });
    await killedAt(of, { KILL_IN_LINE: "1" });
    await killedAt(of, { KILL_AT_LINE: "1" });
    await killedAt(of, { KILL_AT_LINE: "7" });
    await drivenToEnd(of);
    await expectUndisturbed(of);
    expect(fs.existsSync(path.join(folderOf(of), "scheduler-5.json"))).toBe(true);
  });
});

test("a run that goes on, or has ended, gets no further scheduler", async () => {
  const of = await pendingRun("shapes.ts", scene());
  await drivenToEnd(of);
  const late = startDrive(of);
  expect(await late.exit()).toMatchObject({ code: 2 });
  expect(late.stderr()).toContain("because it has ended");
  expect(openDatastore(of.datastore).record(of.flow, of.run).heartbeat()?.awaits).toBeUndefined();
});
