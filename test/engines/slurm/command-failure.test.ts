import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { checkSteps } from "../../../runtime/engines/slurm/check-steps.ts";
import { CommandFailure, failureOf } from "../../../runtime/engines/slurm/command-failure.ts";
import { Shell } from "../../../runtime/engines/slurm/shell.ts";
import { slurmError } from "../../../runtime/engines/slurm/slurm-error.ts";
import { temporaryFolder } from "../../rigs/harness.ts";

const parts = { kind: "refused", program: "sbatch", host: null, exitCode: 1, said: "" } as const;

test.each([
  ["slurm_load_jobs error: Unable to contact slurm controller (connect failure)", "unclear"],
  ["sbatch: error: Batch job submission failed: Socket timed out on send/recv operation", "unclear"],
  ["sbatch: error: QOSMaxSubmitJobPerUserLimit\nsbatch: error: Batch job submission failed: Job violates", "full"],
  ["sbatch: error: AssocMaxSubmitJobLimit", "full"],
  ["sbatch: error: AssocGrpSubmitJobsLimit\nsbatch: error: Batch job submission failed: Job violates", "full"],
  ["sbatch: error: QOSGrpSubmitJobsLimit", "full"],
  ["sbatch: error: Slurm job queue full, sleeping and retrying", "full"],
  ["sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying", "throttled"],
  ["sbatch: error: invalid partition specified: nope", "final"],
])("%s is %s", (said, kind) => {
  expect(failureOf(new CommandFailure({ ...parts, said }))?.kind).toBe(kind);
});

test("a command that does not end in time may have been carried out", () => {
  expect(failureOf(new CommandFailure({ ...parts, kind: "silent" }))?.kind).toBe("unclear");
});

test("a command that was too slow is quoted all the same", async () => {
  const shell = new Shell({ host: null, bin: null, env: { PATH: process.env["PATH"] } });
  const slow = shell.run(["sh", "-c", "echo it is busy >&2; exec sleep 600"], { limitMs: 2000 });
  await expect(slow).rejects.toMatchObject({ kind: "silent", said: "it did not end within 2 s\nit is busy" });
});

test("a connection that breaks is tried again, one that is refused is not", () => {
  const ssh = { ...parts, host: "login", exitCode: 255 };
  expect(
    failureOf(new CommandFailure({ ...ssh, said: "ssh: connect to host login: Connection timed out" }))?.kind,
  ).toBe("unclear");
  expect(failureOf(new CommandFailure({ ...ssh, said: "Permission denied (publickey)." }))?.kind).toBe("final");
});

const LIMITS = "Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)";
const POLICY = `sbatch: error: Batch job submission failed: ${LIMITS}`;

test.each([
  [`sbatch: error: QOSMaxMemoryPerJob\n${POLICY}`, "sbatch refuses it"],
  [`sbatch: error: QOSMaxWallDurationPerJobLimit\n${POLICY}`, "the time limit is more than the partition allows"],
  ["sbatch: error: Requested time limit is invalid", "the time limit is more than the partition allows"],
])("what a limit is about is taken from its name: %s", (said, because) => {
  const { headline } = slurmError(new CommandFailure({ ...parts, said }), "run steps");
  expect(headline).toBe(`Cannot run steps on Slurm because ${because}`);
});

test("a limit that passes keeps no run from beginning", async () => {
  const bin = temporaryFolder();
  const said = `sbatch: error: QOSMaxSubmitJobPerUserLimit\n${POLICY}`;
  fs.writeFileSync(path.join(bin, "sbatch"), `#!/bin/sh\necho "${said}" >&2\nexit 1\n`, { mode: 0o755 });
  const shell = new Shell({ host: null, bin, env: { PATH: process.env["PATH"] } });
  const settings = { host: null, bin, folder: null, node: null, partition: null, account: null, maxJobs: null };
  const needs = { step: "train", cpu: 1, gpu: 0, memoryMb: 100, sharedMemoryMb: null, diskMb: null, image: "" };
  const warned: string[] = [];
  const warning = (text: string) => void warned.push(text);
  await checkSteps([{ ...needs, timeoutMs: null, options: {} }], { shell, settings, warning });
  expect(warned).toEqual([expect.stringContaining("Slurm would not start train now: QOSMaxSubmitJobPerUserLimit")]);
});

test("where there are no commands of Slurm's, the error says how to reach a cluster", () => {
  const error = slurmError(new CommandFailure({ ...parts, kind: "missing", exitCode: null }), "run steps");
  expect(error).toMatchObject({ code: "MILLRACE_SLURM", hint: expect.stringContaining("slurmHost") });
  expect(error.headline).toBe("Cannot run steps on Slurm because there is no sbatch on this machine");
});

test("an error that is none of a command is nobody's failure", () => {
  expect(failureOf(new Error("other"))).toBeNull();
});
