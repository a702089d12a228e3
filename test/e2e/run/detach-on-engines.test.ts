import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { RECORD_FORMAT } from "../../../runtime/datastore/records.ts";
import { hashesOf } from "../../matrix/hashes-of.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { DOCKER } from "../../rigs/docker/engine.ts";
import { millrace, temporaryFolder } from "../../rigs/harness.ts";
import { kubectl, KUBERNETES, onKubernetes } from "../../rigs/kubernetes/cluster.ts";
import { SLURM, slurmForFile } from "../../rigs/slurm/slurm-for-file.ts";
import { accountForFile, BATCH } from "../batch/batch-for-file.ts";
import {
  detached,
  type DetachedProject,
  detachedProject,
  ended,
  headerOf,
  LONG_MS,
  TRAINING,
} from "./detached-project.ts";
import { docker, IN_CONTAINERS } from "../docker/containers.ts";

/** The artifacts of the same run in processes of this machine. */
async function ordinary() {
  const at = detachedProject();
  const run = await millrace(["run", "flow.ts", "--rate", "2"], at);
  expect(run.code, run.stderr).toBe(0);
  const [id = ""] = openDatastore(at.datastore).runs("TrainFlow");
  return hashesOf({ datastore: at.datastore, className: "TrainFlow" }, id);
}

function inContainers(source?: string): DetachedProject {
  return detachedProject(source, { env: IN_CONTAINERS });
}

/** Its containers, which stay, end with the test. */
function removeContainers(run: string): void {
  onTestFinished(() => {
    const { stdout } = spawnSync("docker", ["ps", "-aq", "--filter", `label=millrace.run=${run}`], {
      encoding: "utf8",
    });
    for (const id of stdout.split("\n").filter((one) => one !== "")) spawnSync("docker", ["rm", "--force", id]);
  });
}

describeWith(DOCKER, "run --detach --with docker", () => {
  test(
    "the scheduler goes on in a container, and the artifacts are those of any run",
    { timeout: 2 * LONG_MS },
    async () => {
      const at = inContainers();
      const run = await detached(at, "--with", "docker", "--rate", "2");
      removeContainers(run);
      expect(await ended(at, run)).toBe("succeeded");
      expect(hashesOf({ datastore: at.datastore, className: "TrainFlow" }, run)).toEqual(await ordinary());
      const scheduler = docker(
        "ps",
        "-aq",
        "--filter",
        `label=millrace.run=${run}`,
        "--filter",
        "label=millrace.step=scheduler",
      );
      expect(docker("logs", scheduler.trim())).toBe("");
      const fsck = await millrace(["fsck"], at);
      expect(fsck.code, fsck.stdout).toBe(0);
    },
  );

  test("stop ends it from here, with the containers of its tasks", async () => {
    const at = inContainers(TRAINING.replace("process.env.GO ??", "").replace("process.env.GO !== undefined", "true"));
    const run = await detached(at, "--with", "docker");
    removeContainers(run);
    const running = () =>
      docker("ps", "-q", "--filter", `label=millrace.run=${run}`, "--filter", "label=millrace.step=train");
    await expect.poll(running).not.toBe("");
    const stopped = await millrace(["stop", run], at);
    expect(stopped.code, stopped.stderr).toBe(0);
    expect(headerOf(at, run).status).toBe("failed");
    await expect.poll(() => docker("ps", "-q", "--filter", `label=millrace.run=${run}`)).toBe("");
  });

  test("a scheduler that cannot start is told at once, and its run is recorded as failed", async () => {
    const at = detachedProject(TRAINING, { env: { MILLRACE_IMAGE: "millrace-test:without-node" } });
    const begun = await millrace(["run", "flow.ts", "--detach", "--with", "docker"], at);
    expect(begun.code).toBe(1);
    expect(begun.stderr).toContain("this image has no program named node");
    expect(begun.stdout).toBe("");
    const [run = ""] = openDatastore(at.datastore).runs("TrainFlow");
    removeContainers(run);
    expect(headerOf(at, run)).toMatchObject({
      status: "failed",
      reason: expect.stringContaining("before the first task") as string,
    });
  });

  test("secrets that lie on this machine do not go along: the run is refused before it begins", async () => {
    const source = TRAINING.replace(
      "@step start",
      '@secrets({ sources: [{ type: "inline", vars: { TOKEN: "abcdefgh" } }] }) @step start',
    );
    const at = inContainers(source);
    const begun = await millrace(["run", "flow.ts", "--detach", "--with", "docker"], at);
    expect(begun.code).not.toBe(0);
    expect(begun.stderr).toContain("the secrets of start are on this machine");
    expect(openDatastore(at.datastore).flows()).toEqual([]);
  });
});

describeWith(DOCKER, "a run whose scheduler never starts", () => {
  test("waits as pending until stop ends it; no scheduler takes it then, and resume goes on", async () => {
    const at = inContainers();
    const ordinary = await millrace(["run", "flow.ts"], at);
    expect(ordinary.code, ordinary.stderr).toBe(0);
    const store = openDatastore(at.datastore);
    const [first = ""] = store.runs("TrainFlow");
    // As a launcher leaves it whose job waits in a queue.
    const run = "20260101-000000000-aaaaa";
    const record = store.record("TrainFlow", run);
    record.create({ ...store.record("TrainFlow", first).document(), run });
    await record.writeHeartbeat({ format: RECORD_FORMAT, host: "elsewhere", pid: 1, time: 0, awaits: "slurm" });
    expect(headerOf(at, run).status).toBe("pending");
    const refused = await millrace(["resume", "flow.ts", "--origin-run-id", run], at);
    expect(refused.stderr).toContain("it waits for its scheduler");

    const stopped = await millrace(["stop", run], at);
    expect(stopped.code, stopped.stderr).toBe(0);
    expect(headerOf(at, run)).toMatchObject({
      status: "failed",
      reason: expect.stringMatching(/^stopped by/) as string,
    });
    const late = await millrace(["drive", `TrainFlow/${run}`], at);
    expect(late.code).not.toBe(0);
    const resumed = await millrace(["resume", "flow.ts", "--origin-run-id", run], at);
    expect(resumed.code, resumed.stderr).toBe(0);
  });
});

describeWith(BATCH, "run --detach --with batch", () => {
  const account = accountForFile();

  test("the scheduler is a job of the queue, which submits the others", { timeout: 2 * LONG_MS }, async () => {
    const machine = await account().machine();
    const at = detachedProject(TRAINING, machine);
    const run = await detached(at, "--with", "batch", "--rate", "2");
    expect(["pending", "running", "succeeded"]).toContain(headerOf(at, run).status);
    expect(await ended(at, run)).toBe("succeeded");
    expect(hashesOf({ datastore: at.datastore, className: "TrainFlow" }, run)).toEqual(await ordinary());
    const jobs = await machine.jobs();
    expect(jobs.map(({ status }) => status)).toEqual(Array.from({ length: 7 }, () => "SUCCEEDED"));
    expect(jobs.filter(({ name }) => name.includes("scheduler"))).toHaveLength(1);
  });
});

describeWith(SLURM, "run --detach --with slurm", () => {
  const cluster = slurmForFile();

  test("the scheduler is a job of the cluster, which submits the others", { timeout: 2 * LONG_MS }, async () => {
    const at = detachedProject(TRAINING, { env: cluster().env });
    const run = await detached(at, "--with", "slurm", "--rate", "2");
    expect(await ended(at, run)).toBe("succeeded");
    expect(hashesOf({ datastore: at.datastore, className: "TrainFlow" }, run)).toEqual(await ordinary());
  });
});

describeWith(KUBERNETES, "run --detach --with kubernetes", () => {
  test(
    "the scheduler is a job of the cluster, which starts the others by its service account",
    { timeout: 2 * LONG_MS },
    async () => {
      const folder = temporaryFolder();
      const own = { ...onKubernetes(folder), MILLRACE_KUBERNETES_SERVICE_ACCOUNT: "millrace" };
      const rights = await millrace(["configure", "kubernetes", "--manifest"], { env: own });
      expect(rights.code, rights.stderr).toBe(0);
      const manifest = path.join(folder, "rights.yaml");
      fs.writeFileSync(manifest, rights.stdout);
      kubectl("apply", "-f", manifest);

      const at = detachedProject(TRAINING, { datastore: path.join(folder, "store"), env: own });
      const run = await detached(at, "--with", "kubernetes:cpu=0.2,memory=256", "--rate", "2");
      expect(await ended(at, run)).toBe("succeeded");
      expect(hashesOf({ datastore: at.datastore, className: "TrainFlow" }, run)).toEqual(await ordinary());
    },
  );
});
