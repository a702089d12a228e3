import fs from "node:fs";
import { expect, test } from "vitest";
import type { JobEnd, JobGroup, JobListener } from "../../../runtime/engines/jobs/job-service.ts";
import { GroupWatch } from "../../../runtime/engines/jobs/polling/group-watch.ts";
import { jobComment } from "../../../runtime/engines/slurm/job-comment.ts";
import { parseQueue } from "../../../runtime/engines/slurm/queue-row.ts";
import { SeenJobs } from "../../../runtime/engines/slurm/seen-jobs.ts";
import { WorkFolder } from "../../../runtime/engines/slurm/work-folder.ts";
import { Shell } from "../../../runtime/engines/slurm/shell.ts";
import { temporaryFolder } from "../../rigs/harness.ts";

const NEEDS = { step: "train", cpu: 1, gpu: 0, memoryMb: 100, sharedMemoryMb: null, diskMb: null, image: "" };

/** A group of so many jobs, and what is told of them. */
function watched(count: number) {
  const told: string[] = [];
  const ends: JobEnd[] = [];
  const listener: JobListener = {
    submitted: () => undefined,
    warning: (text) => told.push(text),
    state: ({ index }, { name, reason }) => told.push(`${index} ${name} ${reason ?? "-"}`),
    running: ({ index }) => told.push(`${index} runs`),
    ended: ({ index }, end) => {
      told.push(`${index} ${end.kind}`);
      ends.push(end);
    },
  };
  const group: JobGroup = {
    ...{ name: "F-train-r1-2-0", run: { flow: "F", run: "r1" }, user: "ada", command: [], env: {} },
    needs: { ...NEEDS, timeoutMs: null, options: {} },
    tasks: Array.from({ length: count }, (_, task) => ({ task, attempt: 0 })),
  };
  const watch = new GroupWatch(group, { listener, now: () => 0 });
  watch.id = "7";
  const clock = { now: 0 };
  const shell = new Shell({ host: null, bin: null, env: { PATH: process.env["PATH"] } });
  const work = new WorkFolder(shell, temporaryFolder());
  const seen = new SeenJobs({ work, folder: "/store", now: () => clock.now });
  /** What a node does as it starts a job. */
  const begin = async (index: number) => {
    await work.prepare(group.run);
    fs.writeFileSync(work.output(group, index), "");
  };
  const lookAt = (text: string) => seen.see([watch], parseQueue(text));
  const look = (...lines: readonly string[]) => lookAt(lines.map((line) => `${line}|${jobComment(group)}|`).join("\n"));
  return { told, ends, look, lookAt, begin, clock, group, watch };
}

/** A line of `squeue`, up to the comment. */
function row(
  job: string,
  of: Partial<Record<"state" | "status" | "reason" | "restarts" | "nodes", string | number>> = {},
): string {
  const { state = "RUNNING", status = 0, reason = "None", restarts = 0, nodes = "n1" } = of;
  return [job, state, status, reason, restarts, "2026-01-01T00:00:00", "2026-01-01T00:00:01", nodes].join("|");
}

test("why a job waits is told once, in words", async () => {
  const { told, look } = watched(1);
  for (const reason of [
    "None",
    "Resources",
    "Resources",
    "QOSMaxCpuPerUserLimit",
    "ReqNodeNotAvail, UnavailableNodes:n2",
  ])
    await look(row("7", { state: "PENDING", reason }));
  await look(row("7"));
  expect(told).toEqual([
    "0 PENDING -",
    "0 PENDING Resources (what it asks for is in use)",
    "0 PENDING QOSMaxCpuPerUserLimit (a limit of your account or quality of service)",
    "0 PENDING ReqNodeNotAvail, UnavailableNodes:n2 (nodes that it asks for are down, drained or reserved)",
    "0 runs",
  ]);
});

test.each([
  ["COMPLETED", 0, "None", "exited", 0],
  ["FAILED", 7 << 8, "NonZeroExitCode", "exited", 7],
  ["FAILED", 11, "RaisedSignal", "exited", 139],
  ["FAILED", 53, "JobLaunchFailure", "not-started", 181],
  ["FAILED", 1 << 8, "BadConstraints", "not-started", 1],
  ["FAILED", 97 << 8, "NonZeroExitCode", "host-lost", 97],
  ["TIMEOUT", 0, "TimeLimit", "timed-out", null],
  ["OUT_OF_MEMORY", 253, "OutOfMemory", "out-of-memory", null],
  ["CANCELLED", 9, "None", "stopped", null],
  ["NODE_FAIL", 0, "NodeDown", "host-lost", null],
  ["PREEMPTED", 0, "None", "host-lost", null],
  ["PENDING", 0, "launch_failed_requeued_held", "host-lost", null],
  ["PENDING", 0, "DependencyNeverSatisfied", "not-started", null],
])("%s with wait status %i and reason %s is %s", async (state, status, reason, kind, exitCode) => {
  const { ends, look, begin } = watched(1);
  if (state !== "PENDING") await begin(0);
  const unwanted = await look(row("7", { state, status, reason }));
  expect(ends).toMatchObject([{ kind, exitCode }]);
  // What Slurm would keep for ever is ended.
  expect(unwanted).toEqual(state === "PENDING" ? ["7"] : []);
});

test("a job that its node refuses, so that it never had a file for output, is lost; one that was cancelled is not", async () => {
  const { told, ends, look, begin } = watched(4);
  await begin(1);
  await look(
    row("7_0", { state: "CANCELLED" }),
    row("7_1", { state: "CANCELLED" }),
    row("7_2", { state: "CANCELLED", nodes: "" }),
    row("7_3"),
  );
  expect(told).toEqual(["0 host-lost", "1 stopped", "2 stopped", "3 runs"]);
  expect(ends[0]).toMatchObject({ reason: "CANCELLED: its node refused to start it", exitCode: null });
});

test("of a job that we end nobody asks why", async () => {
  const { told, look, watch } = watched(1);
  watch.stops.set(0, "stopped");
  await look(row("7", { state: "CANCELLED" }));
  expect(told).toEqual(["0 stopped"]);
});

test("a state that nobody knows ends no job, nor does none at all", async () => {
  const { told, ends, look } = watched(1);
  await look(row("7", { state: "PENDING" }));
  await look(row("7", { state: "" }));
  await look(row("7", { state: "EXPEDITING" }));
  expect(told).toEqual(["0 PENDING -", "0 runs"]);
  await look(row("7", { state: "COMPLETED" }));
  expect(ends).toHaveLength(1);
});

test("a job that Slurm has started again counts as lost, and its new copy is ended", async () => {
  const { told, look } = watched(1);
  await look(row("7"));
  expect(await look(row("7", { restarts: 1 }))).toEqual(["7"]);
  expect(told).toEqual(["0 runs", "0 host-lost"]);
});

test("jobs of an array are told apart, and one that is no longer listed is given up after a while, not before", async () => {
  const { told, look, clock } = watched(3);
  await look(row("7_0"), row("7_1"), row("7_2", { state: "PENDING" }));
  await look(row("7_0", { state: "COMPLETED" }), row("7_2"));
  clock.now = 29_000;
  await look(row("7_2"));
  expect(told).toEqual(["0 runs", "1 runs", "2 PENDING -", "0 exited", "2 runs"]);
  clock.now = 31_000;
  await look(row("7_2"));
  expect(told.slice(5)).toEqual(["1 forgotten"]);
});

test("a twin of ours that goes on is ended: a request had counted after all", async () => {
  const { told, look } = watched(1);
  expect(await look(row("7"), row("6"), row("8", { state: "COMPLETED" }))).toEqual(["6"]);
  expect(told).toEqual(["0 runs"]);
});

test("a job of another group with the same id is not ours: ids are given anew", async () => {
  const { told, look, lookAt, group } = watched(1);
  await look(row("7"));
  await lookAt(`${row("7", { state: "FAILED" })}|${jobComment({ ...group, name: "other" })}|`);
  expect(told).toEqual(["0 runs"]);
});
