import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { describeWith } from "../../rigs/describe-with.ts";
import { millrace, readArtifacts } from "../../rigs/harness.ts";
import { SLURM, slurmForFile } from "../../rigs/slurm/slurm-for-file.ts";
import type { SlurmCluster } from "../../rigs/slurm/start-slurm.ts";
import { NAME, OVER, scene } from "./on-slurm.ts";

describeWith(SLURM, "a run on Slurm", () => {
  const cluster = slurmForFile();

  test("whose scheduler is killed leaves its jobs running; resume finds them and ends as if undisturbed", async () => {
    const { started, latest, letGo, resume, ran, ended, fsck, jobs } = scene(cluster());
    const run = await started();
    process.kill(run.pid, "SIGKILL");
    expect(await run.exit()).toMatchObject({ signal: "SIGKILL" });
    const before = latest();
    expect(jobs(before.run)).toContain("RUNNING");

    const again = resume();
    await again.said("goes on in the job that the resumed run had started");
    letGo();
    const resumed = await ended(again);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(readArtifacts(resumed, "end")).toMatchObject({ total: 42 });
    expect(ran().filter((name) => name === "waits")).toEqual(["waits"]);
    expect((await fsck()).code).toBe(0);
  });

  test("ends by Ctrl-C with 130: the step is told, and no job goes on", async () => {
    const { started, ran, summary, jobs } = scene(cluster());
    const run = await started();
    process.kill(-run.pid, "SIGINT");
    expect(await run.exit(), run.stderr()).toMatchObject({ code: 130 });
    expect(ran()).toContain("aborted");
    for (const state of jobs()) expect(state).toMatch(OVER);
    expect(summary()).toMatchObject({ status: "failed", reason: "interrupted by SIGINT" });
  });

  test("ends the jobs of others when a step fails, unless told to finish them", async () => {
    const { started, summary, jobs } = scene(cluster());
    const run = await started("--fails", "--on-failure", "stop");
    expect(await run.exit(), run.stderr()).toMatchObject({ code: 1 });
    for (const state of jobs()) expect(state).toMatch(OVER);
    const errors = summary().tasks.flatMap(({ step, error }) => (error == null ? [] : [[step, error.name]]));
    expect(errors.sort()).toEqual([
      ["other", "Error"],
      ["waits", "AbortError"],
    ]);
  });

  test("lists, shows and ends its jobs by jobs --engine slurm", async () => {
    const { started, latest, options, jobs } = scene(cluster(), { MILLRACE_USER: "ada" });
    const run = await started();
    const engine = ["--engine", "slurm"];
    const listed = await millrace(["jobs", "list", ...engine, "--step", "waits", "--json"], options);
    expect(JSON.parse(listed.stdout), listed.stderr).toMatchObject([{ step: "waits", state: "RUNNING", user: "ada" }]);
    const logs = await millrace(["jobs", "logs", "latest/waits", ...engine], options);
    expect(logs.stdout).toContain("waits to be let go");
    const killed = await millrace(["jobs", "kill", ...engine, "--run", "latest"], options);
    expect(killed.stdout, killed.stderr).toMatch(
      new RegExp(`^ended ${latest().run}/waits/\\d+ \\(RUNNING, job \\d+\\)`),
    );
    expect(await run.exit()).toMatchObject({ code: 1 });
    for (const state of jobs()) expect(state).toMatch(OVER);
  });

  test("outlives a controller that is killed while jobs run", async () => {
    const { ask, folder } = cluster();
    const { started, latest, letGo, ended } = scene(cluster());
    const run = await started();
    const state = path.join(folder, "state/job_state");
    const ofRun = new RegExp(`run=${latest().run}&step=(waits|other)`, "g");
    const stored = () => (fs.existsSync(state) ? fs.readFileSync(state, "latin1").match(ofRun) : null);
    await expect.poll(() => new Set(stored()).size, { timeout: 60_000 }).toBe(2);
    replaceController(cluster());
    letGo();
    const finished = await ended(run);
    expect(finished.code, finished.stderr).toBe(0);
    expect(readArtifacts(finished, "end")).toMatchObject({ total: 42 });
    // The nodes tell a new controller in their own time.
    const names = () => ask("squeue", "-h", "-t", "RUNNING", "-o", "%j");
    await expect.poll(names, { timeout: 60_000 }).not.toContain(NAME);
  });

  // The next one gives the ids of jobs that it never heard of anew, and nodes refuse an id that they know.
  test("outlives one that dies before it has stored them", async () => {
    const { started, letGo, ended } = scene(cluster());
    const run = await started();
    replaceController(cluster());
    letGo();
    const finished = await ended(run);
    expect(finished.code, finished.stderr).toBe(0);
    expect(readArtifacts(finished, "end")).toMatchObject({ total: 42 });
  });
});

/** Kills the controller, and starts another one that finds what it has stored. */
function replaceController({ folder, env }: SlurmCluster): void {
  process.kill(Number(fs.readFileSync(path.join(folder, "run/slurmctld.pid"), "utf8")), "SIGKILL");
  spawn("slurmctld", ["-D"], { env: { ...process.env, ...env, PATH: "/usr/sbin:/usr/bin:/bin" }, stdio: "ignore" });
}
