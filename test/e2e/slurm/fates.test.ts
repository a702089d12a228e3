import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { describeWith } from "../../rigs/describe-with.ts";
import { type FlowRun, readArtifacts, tasksOf, temporaryFolder, withRun } from "../../rigs/harness.ts";
import { SLURM, slurmForFile } from "../../rigs/slurm/slurm-for-file.ts";
import { startFlow } from "../resume/started-flow.ts";

const FLOW = fileURLToPath(new URL("flows/fates.ts", import.meta.url));

describeWith(SLURM, "what becomes of a job on Slurm", () => {
  const cluster = slurmForFile("--cgroups");
  let run: FlowRun;

  beforeAll(async () => {
    const gate = temporaryFolder();
    const datastore = path.join(temporaryFolder(), "store");
    const { ask, env } = cluster();
    const args = ["run", "--with", "slurm", "--on-failure", "finish", "--gate", gate];
    const started = startFlow(FLOW, args, { datastore, env });
    const job = async (step: string) => {
      await started.said(`${step} waits`);
      return fs.readFileSync(path.join(gate, step), "utf8");
    };
    ask("scontrol", "update", `JobId=${await job("late")}`, "EndTime=now");
    ask("scancel", await job("cancelled"));
    await job("nodeless");
    ask("scontrol", "update", "nodename=n3", "state=down", "reason=test");
    await job("preempted");
    ask("sbatch", "--partition=urgent", "--nodelist=n4", "--exclusive", "--output=/dev/null", "--wrap", "sleep 1");
    const exit = await started.exit();
    const stdout = started.events.map((event) => JSON.stringify(event)).join("\n");
    run = withRun({ ...exit, stdout, stderr: started.stderr(), events: started.events, datastore });
  }, 180_000);

  const errorOf = (step: string) => tasksOf(run, step)[0]?.error;

  test("an exit code is told", () => {
    expect(errorOf("exits")).toMatchObject({ code: "MILLRACE_PROCESS_ENDED" });
    expect(errorOf("exits")?.message).toContain("exited with code 7");
  });

  test("one that takes too much memory is told apart", () => {
    expect(errorOf("grows"), run.stderr).toMatchObject({ name: "OutOfMemory", code: "MILLRACE_OUT_OF_MEMORY" });
  });

  test("one whose time is over is told apart, and how to ask for more", () => {
    expect(errorOf("late"), run.stderr).toMatchObject({ name: "TimeoutError", code: "MILLRACE_TIMEOUT" });
    expect(errorOf("late")?.message).toContain("ask for more with @slurm({ time })");
  });

  test("one that is cancelled from outside has failed", () => {
    expect(errorOf("cancelled")?.name, run.stderr).toMatch(/^(AbortError|JobStopped)$/);
  });

  test("one that loses its node runs again, which counts for no retry", () => {
    expect(tasksOf(run, "nodeless"), run.stderr).toMatchObject([{ status: "succeeded", attempt: 1 }]);
    expect(readArtifacts(run, "nodeless")["seen"]).toBe(1);
  });

  test("so does one that is preempted; its GPUs are Slurm's to name", () => {
    expect(tasksOf(run, "preempted"), run.stderr).toMatchObject([{ status: "succeeded", attempt: 1 }]);
    expect(readArtifacts(run, "preempted")["seen"]).toEqual({ attempt: 1, gpus: "0,1" });
  });
});
