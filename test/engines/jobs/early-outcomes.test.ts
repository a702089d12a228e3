import { afterEach, expect, test } from "vitest";
import { EarlyOutcomes } from "../../../runtime/engines/jobs/early-outcomes.ts";
import { JobPapers } from "../../../runtime/engines/jobs/job-papers.ts";
import type { JobGroup, JobRef } from "../../../runtime/engines/jobs/job-service.ts";
import { stoppedOutcome } from "../../../runtime/task/task-outcome.ts";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { temporaryFolder } from "../../rigs/harness.ts";

const DONE = { status: "succeeded", next: { kind: "end" }, result: "r1/one/2/0/a/0" } as const;

let early: EarlyOutcomes | null = null;
afterEach(() => early?.close());

/** Jobs of a group, and whose outcomes were seen. */
function looked() {
  const papers = new JobPapers(openDatastore(temporaryFolder()).storage);
  const group = { run: { flow: "F", run: "r1" }, name: "F-one-r1-2-0" } as JobGroup;
  const seen: number[] = [];
  early = new EarlyOutcomes(papers, ({ index }) => seen.push(index));
  const ref = (index: number): JobRef => ({ group, index });
  return { papers, early, seen, ref };
}

test("a task is done once its outcome is there, whatever its service says of the job", async () => {
  const { papers, early, seen, ref } = looked();
  for (const index of [0, 1, 2]) early.watch(ref(index));
  papers.writeOutcome(ref(1), DONE);
  await expect.poll(() => seen).toEqual([1]);
  papers.writeOutcome(ref(2), DONE);
  papers.writeOutcome(ref(0), DONE);
  await expect.poll(() => [...seen].sort()).toEqual([0, 1, 2]);
});

test("a failure is left to the service, and so is a job whose end it has told", async () => {
  const { papers, early, seen, ref } = looked();
  for (const index of [0, 1, 2]) early.watch(ref(index));
  early.forget(ref(1));
  papers.writeOutcome(ref(0), stoppedOutcome({ name: "AbortError", message: "told to stop" }));
  papers.writeOutcome(ref(1), DONE);
  papers.writeOutcome(ref(2), DONE);
  await expect.poll(() => seen).toEqual([2]);
  // Of the others nothing comes later, either: one that came after them was seen.
  early.watch(ref(3));
  papers.writeOutcome(ref(3), DONE);
  await expect.poll(() => seen).toEqual([2, 3]);
});
