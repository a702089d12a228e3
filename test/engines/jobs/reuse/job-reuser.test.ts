import fs from "node:fs";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { openDatastore } from "../../../../runtime/datastore/datastore.ts";
import type { JobEnd, JobRef } from "../../../../runtime/engines/jobs/job-service.ts";
import { JobReuser, type ReuseListener } from "../../../../runtime/engines/jobs/reuse/job-reuser.ts";
import { tasksKey, toldKey, type ToldLine } from "../../../../runtime/engines/jobs/reuse/told-line.ts";
import type { TaskSpec } from "../../../../runtime/task/task-spec.ts";
import { temporaryFolder } from "../../../rigs/harness.ts";
import { groupDocumentOf } from "../group-document-of.ts";

const NEEDS = {
  ...groupDocumentOf({}).group.needs,
  reuse: { maxTasks: 4, idleMs: 1000, taskTimeoutMs: null },
};
const DONE = { status: "succeeded", next: { kind: "end" }, result: "r/fit/1/0/1-a/0" } as const;
const ENDED: JobEnd = { kind: "exited", exitCode: 137, reason: null, details: [] };

function spec(task: number, attempt = 0): TaskSpec {
  const parts = { path: `${task}`, isLastAttempt: true, inputs: [], stack: [], gang: null, caught: null };
  return { task, step: "work", attempt, ...parts };
}

/** A reuser, the words of whoever listens to it, and jobs that the test speaks for. */
function scene({ limit = 1 } = {}) {
  const folder = temporaryFolder();
  const { storage } = openDatastore(folder);
  const heard: string[] = [];
  const unwanted = new Set<number>();
  const on: ReuseListener = {
    starts: ({ task }) => heard.push(`${task} starts a job`),
    given: ({ task }, { index }) => heard.push(`${task} given to ${index}`),
    began: ({ task }) => heard.push(`${task} began`),
    returned: ({ task }) => heard.push(`${task} returned`),
    ended: ({ task }, { outcome }) =>
      heard.push(`${task} ${outcome.status === "failed" ? `failed ${outcome.isInterruption === true}` : "done"}`),
    lost: ({ task }) => heard.push(`${task} lost`),
    again: ({ task }) => heard.push(`${task} waits again`),
    isWanted: ({ task }) => !unwanted.has(task),
    trouble: (error) => heard.push(String(error)),
  };
  const reuser = new JobReuser({ storage, limit, kindOf: () => NEEDS, on });
  return {
    reuser,
    heard,
    unwanted,
    /** A job that began with the task. */
    job(index: number, first: TaskSpec) {
      const ref: JobRef = { index, group: { ...groupDocumentOf({}).group, needs: NEEDS, tasks: [] } };
      const [told, tasks] = [toldKey(ref), tasksKey(ref)].map((key) => path.join(folder, key));
      fs.mkdirSync(path.dirname(told ?? ""), { recursive: true });
      reuser.started(first, ref);
      return {
        ref,
        tells: (...lines: ToldLine[]) =>
          fs.appendFileSync(told ?? "", lines.map((line) => `${JSON.stringify(line)}\n`).join("")),
        wasGiven: () =>
          fs
            .readFileSync(tasks ?? "", "utf8")
            .trim()
            .split("\n")
            .map((line) => (JSON.parse(line) as TaskSpec).task),
      };
    },
    says: (text: string) => vi.waitFor(() => expect(heard).toContain(text), { timeout: 10_000 }),
  };
}

function began(task: number): ToldLine {
  return { type: "began", task, attempt: 0 };
}

function done(task: number): ToldLine {
  return { type: "ended", task, attempt: 0, outcome: DONE, hasOutput: false, ms: 1 };
}

test("a job that lives is given what waits, as many as it may take; then another starts", async () => {
  const { reuser, heard, job, says } = scene();
  for (const task of [1, 2, 3, 4, 5, 6]) reuser.add(spec(task));
  expect(heard).toEqual(["1 starts a job"]);
  const one = job(0, spec(1));
  one.tells(began(1));
  await says("1 began");
  expect(heard).not.toContain("2 given to 0");
  one.tells(done(1), began(2));
  await says("4 given to 0");
  expect(one.wasGiven()).toEqual([2, 3, 4]);
  one.tells(done(2), began(3), done(3), began(4), done(4), { type: "closed" });
  await says("5 starts a job");
  reuser.close();
  reuser.abandon();
});

test("a lost job loses the task in hand; those behind it are interrupted, as they may have begun unheard", async () => {
  const { reuser, heard, job, says } = scene();
  for (const task of [1, 2, 3, 4]) reuser.add(spec(task));
  const one = job(0, spec(1));
  one.tells(began(1), done(1), began(2));
  await says("4 given to 0");
  await reuser.ended(one.ref, ENDED);
  expect(heard.slice(-3)).toEqual(["2 lost", "4 failed true", "3 failed true"]);
  reuser.close();
});

test("a task that a job was given and may have begun just when it was killed is not begun twice as one attempt", async () => {
  const { reuser, heard, job, says } = scene();
  for (const task of [1, 2]) reuser.add(spec(task));
  const one = job(0, spec(1));
  one.tells(began(1), done(1));
  await says("2 given to 0");
  await reuser.ended(one.ref, ENDED);
  expect(heard.at(-1)).toBe("2 failed true");
  reuser.close();
});

test("a job that says that it closes loses only the task in hand; those behind it go to another, in order", async () => {
  const { reuser, heard, job, says } = scene();
  for (const task of [1, 2, 3, 4]) reuser.add(spec(task));
  const one = job(0, spec(1));
  one.tells(began(1), done(1), began(2));
  await says("4 given to 0");
  one.tells({ type: "closed" });
  await reuser.ended(one.ref, { ...ENDED, kind: "host-lost", exitCode: null });
  expect(heard.slice(-4)).toEqual(["2 lost", "4 waits again", "3 waits again", "3 starts a job"]);
  reuser.close();
});

test("what a job was given just when it closed goes to another: it was not begun", async () => {
  const { reuser, heard, job, says } = scene();
  for (const task of [1, 2]) reuser.add(spec(task));
  const one = job(0, spec(1));
  one.tells(began(1), done(1));
  await says("2 given to 0");
  one.tells({ type: "closed" });
  await reuser.ended(one.ref, { ...ENDED, exitCode: 0 });
  expect(heard.slice(-2)).toEqual(["2 waits again", "2 starts a job"]);
  expect(heard).not.toContain("2 lost");
  reuser.close();
});

test("what a job held that may still live counts as interrupted: its late end is that of an older attempt", async () => {
  const { reuser, heard, job, says } = scene();
  for (const task of [1, 2, 3]) reuser.add(spec(task));
  const one = job(0, spec(1));
  one.tells(began(1), done(1), began(2));
  await says("3 given to 0");
  await reuser.ended(one.ref, { ...ENDED, kind: "host-lost", exitCode: null });
  expect(heard.slice(-2)).toEqual(["2 lost", "3 failed true"]);
  reuser.close();
});

test("what is to be stopped and has not begun is not given to another", async () => {
  const { reuser, heard, unwanted, job, says } = scene();
  for (const task of [1, 2, 3]) reuser.add(spec(task));
  const one = job(0, spec(1));
  one.tells(began(1), done(1), began(2));
  await says("3 given to 0");
  unwanted.add(3);
  await reuser.ended(one.ref, ENDED);
  expect(heard.slice(-2)).toEqual(["2 lost", "3 lost"]);
  reuser.close();
});

test("a job that told nothing could not start: its task is lost, and each further job is another's", async () => {
  const { reuser, heard, job } = scene();
  for (const task of [1, 2]) reuser.add(spec(task));
  const one = job(0, spec(1));
  await reuser.ended(one.ref, { ...ENDED, kind: "not-started", exitCode: null });
  expect(heard).toEqual(["1 starts a job", "1 lost", "2 starts a job"]);
  reuser.close();
});

test("lines that no job of ours writes, or about tasks that it was not given, are passed over", async () => {
  const { reuser, heard, job, says } = scene();
  reuser.add(spec(1));
  const one = job(0, spec(1));
  one.tells({ type: "grown" } as unknown as ToldLine, done(7), { ...began(1), attempt: 3 } as ToldLine, began(1));
  await says("1 began");
  expect(heard).toEqual(["1 starts a job", "1 began"]);
  reuser.close();
  reuser.abandon();
});

test("no more jobs start than tasks may run at once", () => {
  const { reuser, heard } = scene({ limit: 3 });
  for (const task of [1, 2, 3, 4, 5]) reuser.add(spec(task));
  expect(heard).toEqual(["1 starts a job", "2 starts a job", "3 starts a job"]);
  expect(reuser.remove(5)).toBe(true);
  expect(reuser.remove(1)).toBe(false);
  reuser.close();
});

test("jobs that live hold tasks ahead once those have shown to be short", async () => {
  const { reuser, job, says } = scene();
  reuser.add(spec(1));
  const one = job(0, spec(1));
  expect(reuser.ahead("work")).toBe(0);
  one.tells(began(1), done(1));
  await says("1 done");
  // Three more is all that it takes.
  expect(reuser.ahead("work")).toBe(3);
  expect(reuser.ahead("other")).toBe(0);
  reuser.close();
  reuser.abandon();
});
