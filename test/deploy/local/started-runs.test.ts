import { expect, test } from "vitest";
import type { Drivers } from "../../../runtime/deploy/local/drivers.ts";
import type { OpenFires, OpenRun } from "../../../runtime/deploy/local/open-fires.ts";
import type { SchedulerContext } from "../../../runtime/deploy/local/scheduler-context.ts";
import { StartedRuns } from "../../../runtime/deploy/local/started-runs.ts";

function openRun(run: string): OpenRun {
  const place = { deployment: "score", fire: `hand-${run}`, flow: "ScoreFlow", run };
  return { ...place, key: `score~hand-${run}`, open: {} as OpenRun["open"], starts: [] };
}

test("what is known of a run that has ended goes when it is open no more, whoever concluded it", () => {
  const of = { drivers: {} as unknown as Drivers, fires: {} as unknown as OpenFires };
  const started = new StartedRuns({} as SchedulerContext, of);
  const [one, other] = [openRun("one"), openRun("other")];
  started.see([one]);
  started.ended("ScoreFlow", "one");
  // Of another target, or concluded before.
  started.ended("ScoreFlow", "other");
  started.see([one, other]);
  expect([one, other].map((run) => started.isOver(run))).toEqual([true, false]);
  started.see([other]);
  started.see([one]);
  expect(started.isOver(one)).toBe(false);
});
