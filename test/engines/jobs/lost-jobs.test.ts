import { expect, test } from "vitest";
import type { TaskSpec } from "../../../runtime/task/task-spec.ts";
import { encodeGroup, groupKey } from "../../../runtime/engines/jobs/group-document.ts";
import type { JobEnd } from "../../../runtime/engines/jobs/job-service.ts";
import { readLostJobs } from "../../../runtime/engines/jobs/lost-jobs.ts";
import { memoryStorage } from "../../../sdk/testing/memory-storage.ts";
import { groupDocumentOf } from "./group-document-of.ts";

const RUN = { flow: "F", run: "r-2" };
const END: JobEnd = { kind: "exited", exitCode: 0, reason: null, details: [] };

function specOf(task: number, attempt = 0): TaskSpec {
  const fixed = { step: "work", isLastAttempt: true, inputs: [], stack: [], gang: null, caught: null };
  return { ...fixed, task, attempt, path: `0/${task}.0` };
}

function storeWith(
  groups: readonly { name: string; of?: string; engine?: string; specs: readonly TaskSpec[]; id?: string }[],
) {
  const storage = memoryStorage();
  for (const { name, of = RUN.run, engine = "batch", specs, id } of groups) {
    const group = { name, run: { flow: "F", run: of } };
    const key = groupKey(RUN, name);
    storage.write(key, [encodeGroup(groupDocumentOf(group, engine), specs)]);
    if (id !== undefined) storage.write(`${key}.id`, [Buffer.from(id)]);
  }
  return storage;
}

test("jobs of attempts that were under way are lost, with what the service called them", () => {
  const storage = storeWith([
    { name: "one", specs: [specOf(1)], id: "id-1" },
    { name: "three", specs: [specOf(2), specOf(3), specOf(4)] },
    { name: "elsewhere", engine: "docker", specs: [specOf(5)] },
  ]);
  const open = new Map([1, 3, 5].map((task) => [`work@0/${task}.0`, 0]));
  const lost = readLostJobs(storage, { ...RUN, open, engine: "batch" });
  expect(lost.groups.map(({ group, id }) => [group.name, group.tasks.length, id])).toEqual([
    ["one", 1, "id-1"],
    ["three", 3, null],
  ]);
  expect(lost.take(specOf(2))).toBeNull();
  expect(lost.take(specOf(3))?.ref).toMatchObject({ group: { name: "three" }, index: 1 });
  expect(lost.take(specOf(3))).toBeNull();
});

test("a job of an attempt whose failure is written down is not taken again", () => {
  const storage = storeWith([
    { name: "first", specs: [specOf(1, 0)] },
    { name: "second", specs: [specOf(1, 1)] },
  ]);
  const now = (attempt: number) =>
    readLostJobs(storage, { ...RUN, open: new Map([["work@0/1.0", attempt]]), engine: "batch" });
  expect(now(1).take(specOf(1))?.ref.group.name).toBe("second");
  // Its next attempt was about to be submitted.
  expect(now(2).take(specOf(1))).toBeNull();
});

test("what the run had taken over itself is found again, whatever attempt it was there", () => {
  const storage = storeWith([{ name: "older", of: "r-1", specs: [specOf(7, 3)] }]);
  const lost = readLostJobs(storage, { ...RUN, open: new Map([["work@0/7.0", 0]]), engine: "batch" });
  expect(lost.take(specOf(7))?.ref.group.run.run).toBe("r-1");
});

test("what is told of a job before its task asks for it is kept; a job that was not found is nobody's", () => {
  const storage = storeWith([
    { name: "found", specs: [specOf(1)] },
    { name: "gone", specs: [specOf(2)] },
  ]);
  const open = new Map([1, 2].map((task) => [`work@0/${task}.0`, 0]));
  const lost = readLostJobs(storage, { ...RUN, open, engine: "batch" });
  const [found] = lost.groups;
  lost.noteRunning({ group: found!.group, index: 0 });
  lost.noteEnd({ group: found!.group, index: 0 }, END);
  lost.keep(new Set(["found"]));
  expect(lost.take(specOf(1))).toMatchObject({ isRunning: true, end: END });
  expect(lost.take(specOf(2))).toBeNull();
});
