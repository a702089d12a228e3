import fs from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { readRun } from "../../../runtime/datastore/reader/read-run.ts";
import { jobsFolder } from "../../../runtime/datastore/run-keys.ts";
import { DOCKER } from "../../rigs/docker/engine.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { millrace, readArtifacts, temporaryFolder, withRun } from "../../rigs/harness.ts";
import { startFlow, type StartedFlow } from "../resume/started-flow.ts";
import { containersOf, docker, IN_CONTAINERS } from "./containers.ts";

const FLOW = fileURLToPath(new URL("flows/busy.ts", import.meta.url));
const NAME = "BusyContainersFlow";

interface ResumeOptions {
  readonly meanwhile?: (run: StartedFlow) => Promise<void>;
  readonly args?: readonly string[];
}

/** A datastore, and a folder that the flow's containers share with the test. */
function scene() {
  const gate = temporaryFolder();
  const datastore = path.join(temporaryFolder(), "store");
  const options = { datastore, env: IN_CONTAINERS };
  const engine = ["--with", `docker:mounts=["${gate}:${gate}"]`];
  const latest = () => {
    const run = openDatastore(datastore).runs(NAME).at(-1) ?? "";
    return { flow: NAME, run };
  };
  return {
    options,
    ran: () => fs.readFileSync(path.join(gate, "ran"), "utf8").trim().split("\n").sort(),
    letGo: () => fs.writeFileSync(path.join(gate, "go"), ""),
    latest,
    summary: () => readRun(openDatastore(datastore), latest()),
    /** What containers told of their ends; the names tell the steps. */
    outcomes() {
      const jobs = path.join(datastore, path.dirname(jobsFolder(latest(), "group")));
      const files = fs.readdirSync(jobs, { recursive: true }) as string[];
      return files.filter((file) => path.basename(file).startsWith("outcome-"));
    },
    /** Comes back while the step waits in its container. */
    async started(...args: string[]) {
      const run = startFlow(FLOW, ["run", ...engine, "--gate", gate, ...args], options);
      await run.said("waits to be let go");
      return run;
    },
    async resume({ meanwhile = () => Promise.resolve(), args = [] }: ResumeOptions = {}) {
      const run = startFlow(FLOW, ["resume", ...engine, ...args], options);
      await meanwhile(run);
      return withRun({ ...(await run.exit()), stdout: "", stderr: run.stderr(), events: run.events, datastore });
    },
    async isSound() {
      const seen = await millrace(["fsck", FLOW], options);
      expect(seen.code, seen.stdout + seen.stderr).toBe(0);
    },
  };
}

describeWith(DOCKER, "a run in containers", () => {
  test("whose scheduler is killed leaves its containers running; resume removes them and ends as if undisturbed", async () => {
    const { started, latest, letGo, resume, ran, isSound } = scene();
    const run = await started();
    process.kill(run.pid, "SIGKILL");
    expect(await run.exit()).toMatchObject({ signal: "SIGKILL" });
    await run.allGone();
    const before = latest();
    const left = containersOf(before, "waits");
    expect(left).toHaveLength(1);
    expect(docker("inspect", "--format", "{{.State.Running}}", ...left)).toBe("true\n");

    const resumed = await resume({
      meanwhile: async ({ said }) => {
        await said(`that ${NAME}/${before.run} left`);
        letGo();
      },
    });
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(readArtifacts(resumed, "end")).toMatchObject({ total: 42 });
    expect(ran().filter((name) => name === "waits")).toEqual(["waits", "waits"]);
    expect([...containersOf(before), ...containersOf(resumed)]).toEqual([]);
    await isSound();
  });

  test("whose scheduler is killed keeps what its containers finish after that: resume does not do it again", async () => {
    const { started, latest, letGo, resume, ran, isSound } = scene();
    const run = await started();
    process.kill(run.pid, "SIGKILL");
    await run.exit();
    const before = latest();
    letGo();
    const [left = ""] = containersOf(before, "waits");
    expect(docker("wait", left)).toBe("0\n");
    const resumed = await resume();
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(readArtifacts(resumed, "end")).toMatchObject({ total: 42 });
    expect(ran().filter((name) => name === "waits")).toEqual(["waits"]);
    expect([...containersOf(before), ...containersOf(resumed)]).toEqual([]);
    await isSound();
  });

  test("whose scheduler is killed is resumed on this machine: that its containers may still run is told, and how to end them", async () => {
    const { started, latest, letGo, options, resume } = scene();
    const run = await started();
    process.kill(run.pid, "SIGKILL");
    await run.exit();
    const before = latest();
    letGo();
    const resumed = await millrace(["resume", FLOW], options);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(resumed.stderr).toContain(`${NAME}/${before.run} had tasks under way in containers, which may still run`);
    expect(resumed.stderr).toContain(
      `docker rm --force $(docker ps --quiet --filter label=millrace.run=${before.run})`,
    );
    const origin = ["--origin-run-id", before.run];
    expect(resumed.stderr).toContain(`resume --with docker ${origin.join(" ")}`);
    expect((await resume({ args: origin })).stderr).toContain(`that ${NAME}/${before.run} left`);
    expect(containersOf(before)).toEqual([]);
    expect((await millrace(["resume", FLOW], options)).stderr).not.toContain("under way");
  });

  test("ends by Ctrl-C with 130: the step is told, no container is left, and resume goes on", async () => {
    const { started, latest, letGo, resume, ran, summary, isSound } = scene();
    const run = await started();
    process.kill(-run.pid, "SIGINT");
    expect(await run.exit(), run.stderr()).toMatchObject({ code: 130 });
    expect(ran()).toContain("aborted");
    expect(containersOf(latest())).toEqual([]);
    expect(summary()).toMatchObject({ status: "failed", reason: "interrupted by SIGINT" });
    await isSound();
    letGo();
    const resumed = await resume();
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(readArtifacts(resumed, "end")).toMatchObject({ total: 42 });
    await isSound();
  });

  test("is ended at once by a second Ctrl-C, though the step does not listen", async () => {
    const { started, latest, outcomes, summary, isSound } = scene();
    const run = await started("--is-deaf");
    process.kill(run.pid, "SIGINT");
    await run.said("interrupted");
    // One that comes sooner is taken for the first.
    await pause(300);
    process.kill(run.pid, "SIGINT");
    expect(await run.exit(), run.stderr()).toMatchObject({ code: 130 });
    // Without the second one it is killed after a grace, which its container tells.
    expect(outcomes().filter((file) => file.includes("-start-"))).toHaveLength(1);
    expect(outcomes().filter((file) => file.includes("-waits-"))).toEqual([]);
    expect(containersOf(latest())).toEqual([]);
    expect(summary()).toMatchObject({ status: "failed", reason: "interrupted by SIGINT" });
    await isSound();
  });

  test("ends the others when a step fails, unless told to finish them", async () => {
    const { started, latest, ran, summary, isSound } = scene();
    const run = await started("--fails", "--on-failure", "stop");
    expect(await run.exit(), run.stderr()).toMatchObject({ code: 1 });
    expect(ran()).toEqual(["aborted", "other", "waits"]);
    expect(containersOf(latest())).toEqual([]);
    const errors = summary().tasks.flatMap(({ step, error }) => (error == null ? [] : [[step, error.name]]));
    expect(errors.sort()).toEqual([
      ["other", "Error"],
      ["waits", "AbortError"],
    ]);
    await isSound();
  });
});
