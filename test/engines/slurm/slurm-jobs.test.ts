import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { batchScript } from "../../../runtime/engines/slurm/batch-script.ts";
import { Shell } from "../../../runtime/engines/slurm/shell.ts";
import { SlurmJobs } from "../../../runtime/engines/slurm/slurm-jobs.ts";
import { WorkFolder } from "../../../runtime/engines/slurm/work-folder.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { groupOf } from "../batch/recorder.ts";

const GROUP = groupOf("one");

/** Commands of Slurm's that note how they were called. */
function scene() {
  const folder = temporaryFolder();
  const [bin, calls] = [path.join(folder, "bin"), path.join(folder, "calls")];
  fs.mkdirSync(bin);
  for (const name of ["squeue", "scancel"])
    fs.writeFileSync(path.join(bin, name), `#!/bin/sh\necho "${name} $*" >>'${calls}'\n`, { mode: 0o755 });
  const shell = new Shell({ host: null, bin, env: { PATH: process.env["PATH"] } });
  const work = new WorkFolder(shell, path.join(folder, "work"));
  const jobs = new SlurmJobs(() => Promise.resolve({ shell, work, username: "ada" }));
  return { jobs, work, calls: () => fs.readFileSync(calls, "utf8").trim().split("\n") };
}

test("only the user's own jobs are asked for, unless those of others are meant", async () => {
  const { jobs, calls } = scene();
  for (const user of ["ada", "grace", null]) await jobs.find({ flow: "F", user, hasEnded: false });
  expect(calls().map((call) => call.includes(" --me "))).toEqual([true, false, false]);
});

test("what was handed over to a job goes when the job is ended, before it came for it", async () => {
  const { jobs, work, calls } = scene();
  await work.prepare(GROUP.run);
  const other = { ...GROUP, name: "other" };
  for (const group of [GROUP, other]) await work.handOver(group, "token");
  const task = { run: GROUP.run.run, step: "train", task: 1, user: "ada", state: "PENDING", reason: null };
  await jobs.end([{ id: "7", name: GROUP.name, createdAt: 0, counts: null, ...task }]);
  expect(calls()).toEqual(["scancel 7"]);
  expect(fs.readdirSync(work.folderOf(GROUP.run))).toEqual(["other.secret"]);
});

test("a step cannot act as the user to Slurm; a scheduler has to", () => {
  const options = { node: null, otherNode: null, folders: [], handedOver: null, variables: {} };
  expect(batchScript(GROUP, options)).toContain("unset SLURM_JWT");
  const scheduler = { ...GROUP, env: { MILLRACE_DRIVE: "F/r1" } };
  expect(batchScript(scheduler, options)).not.toContain("unset SLURM_JWT");
});
