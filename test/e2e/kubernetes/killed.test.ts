import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { millrace, readArtifacts, temporaryFolder, withRun } from "../../rigs/harness.ts";
import { CLUSTER, KUBERNETES, onKubernetes } from "../../rigs/kubernetes/cluster.ts";
import { startFlow, type StartedFlow } from "../resume/started-flow.ts";
import { podsOf } from "./pods-of.ts";

const FLOW = fileURLToPath(new URL("../docker/flows/busy.ts", import.meta.url));
const NAME = "BusyContainersFlow";
const ENGINE = ["--with", "kubernetes:cpu=0.2,memory=256"];

/** A datastore and a gate in a folder that pods and test share. */
function scene() {
  const folder = temporaryFolder();
  const gate = path.join(folder, "gate");
  fs.mkdirSync(gate);
  const datastore = path.join(folder, "store");
  const options = { datastore, env: onKubernetes(folder) };
  const runs = () => openDatastore(datastore).runs(NAME);
  return {
    options,
    latest: () => runs().at(-1) ?? "",
    letGo: () => fs.writeFileSync(path.join(gate, "go"), ""),
    ran: () => fs.readFileSync(path.join(gate, "ran"), "utf8").trim().split("\n").sort(),
    /** Comes back while the step waits in its pod. */
    async started(...args: string[]) {
      const run = startFlow(FLOW, ["run", ...ENGINE, "--gate", gate, ...args], options);
      await run.said("waits to be let go");
      return run;
    },
    resume: () => startFlow(FLOW, ["resume", ...ENGINE], options),
    async ended(run: StartedFlow) {
      const finished = { ...(await run.exit()), stdout: "", stderr: run.stderr(), events: run.events, datastore };
      return withRun(finished);
    },
  };
}

async function noPodsOf(run: string): Promise<void> {
  await expect.poll(() => podsOf(run), { interval: 500 }).toEqual([]);
}

describeWith(KUBERNETES, "a run on Kubernetes", () => {
  test("whose launcher is killed leaves its pod at work; resume goes on with it, and does nothing twice", async () => {
    const { started, latest, letGo, resume, ended, ran } = scene();
    const run = await started();
    const before = latest();
    process.kill(run.pid, "SIGKILL");
    expect(await run.exit()).toMatchObject({ signal: "SIGKILL" });
    expect(podsOf(before, "waits")).toHaveLength(1);
    const next = resume();
    await next.said("goes on in the job that the resumed run had started");
    letGo();
    const resumed = await ended(next);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(readArtifacts(resumed, "end")).toMatchObject({ total: 42 });
    expect(ran().filter((name) => name === "waits")).toEqual(["waits"]);
    await noPodsOf(before);
    await noPodsOf(resumed.run);
  });

  test("ends by Ctrl-C with 130: the step is told, and no pod is left", async () => {
    const { started, latest, ran } = scene();
    const run = await started();
    process.kill(-run.pid, "SIGINT");
    expect(await run.exit(), run.stderr()).toMatchObject({ code: 130 });
    expect(ran()).toContain("aborted");
    await noPodsOf(latest());
  });

  test("that fails takes its other pods with it", async () => {
    const { started, latest, ended } = scene();
    const run = await ended(await started("--fails"));
    expect(run.code).toBe(1);
    await noPodsOf(latest());
  });

  test("goes on when the API server was killed and started anew", async () => {
    const { started, letGo, ended } = scene();
    const run = await started();
    const pid = Number(fs.readFileSync(path.join(CLUSTER.folder, "run/kube-apiserver.pid"), "utf8"));
    process.kill(pid, "SIGKILL");
    letGo();
    expect(spawnSync("sh", [path.join(CLUSTER.folder, "api.sh")], { stdio: "ignore" }).status).toBe(0);
    const finished = await ended(run);
    expect(finished.code, finished.stderr).toBe(0);
    expect(readArtifacts(finished, "end")).toMatchObject({ total: 42 });
    await noPodsOf(finished.run);
  });

  test("shows its jobs, and they can be ended from anywhere", async () => {
    const { started, latest, options } = scene();
    const run = await started();
    const listed = await millrace(["jobs", "list", FLOW, "--engine", "kubernetes", "--json"], options);
    expect(listed.code, listed.stderr).toBe(0);
    expect(listed.stdout).toContain('"waits"');
    const killed = await millrace(["jobs", "kill", FLOW, "--engine", "kubernetes", "--run", "latest"], options);
    expect(killed.code, killed.stderr).toBe(0);
    expect((await run.exit()).code).toBe(1);
    await noPodsOf(latest());
  });
});
