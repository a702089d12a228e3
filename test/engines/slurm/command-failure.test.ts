import { expect, test } from "vitest";
import { CommandFailure, failureOf } from "../../../runtime/engines/slurm/command-failure.ts";
import { slurmError } from "../../../runtime/engines/slurm/slurm-error.ts";

const parts = { kind: "refused", program: "sbatch", host: null, exitCode: 1, said: "" } as const;

test.each([
  ["slurm_load_jobs error: Unable to contact slurm controller (connect failure)", "unclear"],
  ["sbatch: error: Batch job submission failed: Socket timed out on send/recv operation", "unclear"],
  ["sbatch: error: QOSMaxSubmitJobPerUserLimit\nsbatch: error: Batch job submission failed: Job violates", "full"],
  ["sbatch: error: AssocMaxSubmitJobLimit", "full"],
  ["sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying", "throttled"],
  ["sbatch: error: invalid partition specified: nope", "final"],
])("%s is %s", (said, kind) => {
  expect(failureOf(new CommandFailure({ ...parts, said }))?.kind).toBe(kind);
});

test("a command that does not end in time may have been carried out", () => {
  expect(failureOf(new CommandFailure({ ...parts, kind: "silent" }))?.kind).toBe("unclear");
});

test("a connection that breaks is tried again, one that is refused is not", () => {
  const ssh = { ...parts, host: "login", exitCode: 255 };
  expect(
    failureOf(new CommandFailure({ ...ssh, said: "ssh: connect to host login: Connection timed out" }))?.kind,
  ).toBe("unclear");
  expect(failureOf(new CommandFailure({ ...ssh, said: "Permission denied (publickey)." }))?.kind).toBe("final");
});

test("where there are no commands of Slurm's, the error says how to reach a cluster", () => {
  const error = slurmError(new CommandFailure({ ...parts, kind: "missing", exitCode: null }), "run steps");
  expect(error).toMatchObject({ code: "MILLRACE_SLURM", hint: expect.stringContaining("slurmHost") });
  expect(error.headline).toBe("Cannot run steps on Slurm because there is no sbatch on this machine");
});

test("an error that is none of a command is nobody's failure", () => {
  expect(failureOf(new Error("other"))).toBeNull();
});
