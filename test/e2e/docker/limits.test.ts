import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { DOCKER } from "../../rigs/docker/engine.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { type FlowRun, logOf, millrace, readArtifacts, tasksOf, temporaryFolder, withRun } from "../../rigs/harness.ts";
import { startFlow } from "../resume/started-flow.ts";
import { containersOf, docker, IN_CONTAINERS } from "./containers.ts";

const FLOW = fileURLToPath(new URL("flows/limits.ts", import.meta.url));

/** A folder with one part to write to and one to read from, as a configuration of the flow. */
function place(): { folder: string; args: string[] } {
  const folder = temporaryFolder();
  for (const name of ["read", "write"]) fs.mkdirSync(path.join(folder, name));
  fs.writeFileSync(path.join(folder, "read/given"), "given");
  return { folder, args: ["--config-value", "place", JSON.stringify(folder)] };
}

describeWith(DOCKER, "what a container grants and forbids", () => {
  let run: FlowRun;
  let folder: string;
  const errorOf = (step: string) => tasksOf(run, step)[0]?.error;
  const seenBy = (step: string) => readArtifacts(run, step)["seen"];

  // One run with all of them: the containers share the time that it takes.
  beforeAll(async () => {
    const given = place();
    folder = given.folder;
    const datastore = path.join(temporaryFolder(), "store");
    const args = ["run", "--with", "docker", "--on-failure", "finish", "--max-workers", "4", ...given.args];
    const started = startFlow(FLOW, args, { datastore, env: IN_CONTAINERS });
    await started.said("waits for its murderer");
    const [id = ""] = openDatastore(datastore).runs("LimitsFlow");
    for (const container of containersOf({ flow: "LimitsFlow", run: id }, "murdered")) docker("kill", container);
    const { code, signal } = await started.exit();
    run = withRun({ code, signal, stdout: "", stderr: started.stderr(), events: started.events, datastore });
  });

  test("a step whose buffers outgrow its memory fails with an error that says how to mend it", () => {
    expect(errorOf("buffers")).toMatchObject({ name: "OutOfMemory", code: "MILLRACE_OUT_OF_MEMORY" });
    expect(errorOf("buffers")?.message).toBe(
      "its container ran out of memory, 300 MB: ask for more with memory, in MB, in the engine's decorator or @resources",
    );
  });

  test("a step that fills V8's heap is told from that, and @retry tries again", () => {
    expect(errorOf("heap")).toMatchObject({ name: "OutOfMemory", code: "MILLRACE_OUT_OF_MEMORY" });
    expect(errorOf("heap")?.message).toContain("its heap is full: 225 MB, three quarters of the step's 300 MB");
    expect(tasksOf(run, "heap")[0]).toMatchObject({ attempt: 1 });
    expect(logOf(run, "heap")).toContain("attempt 1");
  });

  test("a step whose memory grows by the attempt is tried again with more, and says so", () => {
    expect(tasksOf(run, "grows")[0]).toMatchObject({ status: "succeeded", attempt: 1 });
    expect(seenBy("grows")).toEqual({ attempt: 1, kept: 18 });
    const told = run.events.flatMap((event) =>
      event.type === "task-failed" && event.error.message.includes("the next attempt") ? [event.error.message] : [],
    );
    expect(told.map((message) => message.split("\n"))).toEqual([
      [expect.stringContaining("ran out of memory, 200 MB"), "the next attempt gets 800 MB"],
    ]);
  });

  test("a step that ends its own process fails with its exit code", () => {
    expect(errorOf("exits")?.message).toContain("its process exited with code 3 before the step was over");
  });

  test("a container that is killed from outside is an error that says so and repeats none of its output", () => {
    expect(errorOf("murdered")).toMatchObject({ name: "JobEnded", code: "MILLRACE_JOB_ENDED" });
    expect(errorOf("murdered")?.message).toContain("its container was killed (exit code 137) before the step was over");
    expect(errorOf("murdered")?.message).not.toContain("waits for its murderer");
    expect(logOf(run, "murdered")).toBe("waits for its murderer\n");
  });

  test("@timeout aborts the step's signal, and kills after a grace a step that does not listen", () => {
    const late = {
      name: "TimeoutError",
      code: "MILLRACE_TIMEOUT",
      message: "the step ran longer than its limit of 2 s",
    };
    expect(errorOf("listens")).toMatchObject(late);
    expect(logOf(run, "listens")).toBe("told: the step ran longer than its limit of 2 s\n");
    expect(errorOf("deaf")).toMatchObject(late);
    expect(logOf(run, "deaf")).toBe("heard, and goes on\n");
  });

  test("a GPU without NVIDIA's runtime is an error that names what to install", () => {
    expect(errorOf("gpu")).toMatchObject({ name: "JobNotStarted", code: "MILLRACE_JOB_NOT_STARTED" });
    expect(errorOf("gpu")?.message).toContain("step gpu asks for 1 GPU, which containers get through the NVIDIA");
  });

  test("memory and shared memory are as large as the step asks", () => {
    expect(seenBy("shared")).toEqual({ sharedMb: 100, memoryMb: 512 });
  });

  test("network none leaves nothing but the step itself; mounts are writable unless they say :ro", () => {
    expect(seenBy("alone")).toEqual({ interfaces: ["lo"], refused: "EROFS" });
    expect(fs.readFileSync(path.join(folder, "write/written"), "utf8")).toBe("given");
  });

  test("the run ends with all failures and leaves no container", () => {
    expect(run.code, run.stderr).toBe(1);
    expect(run.summary).toMatchObject({ status: "failed" });
    expect(containersOf(run)).toEqual([]);
  });
});

describeWith(DOCKER, "what this machine's engine can never start", () => {
  test("is refused before the run: all of it together, with what the machine has", async () => {
    const asked = 'docker:cpu=1000,memory=99999999,network=nowhere,mounts=["/no/such/folder:/data","/tmp:data"]';
    const seen = await millrace(["run", "test/e2e/flows/loops.ts", "--with", asked], { env: IN_CONTAINERS });
    expect(seen.code, seen.stderr).toBe(2);
    expect(seen.stderr).toMatch(/^  start, fan, .*, end: cpu 1000, and the engine has \d+$/m);
    expect(seen.stderr).toMatch(/, end: memory 99999999 MB, and the engine has \d+ MB$/m);
    expect(seen.stderr).toContain(", end: there is no /no/such/folder to mount");
    expect(seen.stderr).toContain(", end: /tmp cannot be mounted at data: wanted a path that begins with /");
    expect(seen.stderr).toContain(", end: the engine has no network nowhere");
    expect(fs.existsSync(path.join(seen.datastore, "flows"))).toBe(false);
  });
});
