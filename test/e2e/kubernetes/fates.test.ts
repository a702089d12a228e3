import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { type FlowRun, folderOfFile, readArtifacts, tasksOf, withRun } from "../../rigs/harness.ts";
import { CLUSTER, KUBERNETES, kubectl, onKubernetes } from "../../rigs/kubernetes/cluster.ts";
import { startFlow } from "../resume/started-flow.ts";
import { podsOf } from "./pods-of.ts";

const FLOW = fileURLToPath(new URL("flows/fates.ts", import.meta.url));

/** As a drain does it. */
function evict(pod: string): void {
  const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: pod, namespace: "default" } };
  const args = [
    "--kubeconfig",
    CLUSTER.kubeconfig,
    "create",
    "--raw",
    `/api/v1/namespaces/default/pods/${pod}/eviction`,
  ];
  const program = path.join(CLUSTER.folder, "run/kubectl");
  const done = spawnSync(program, [...args, "--filename", "-"], { input: JSON.stringify(body), encoding: "utf8" });
  expect(done.status, done.stderr).toBe(0);
}

/** A resource that both nodes have from now on, as a plugin for GPUs tells of it. */
function addGpus(): void {
  const patch = [{ op: "add", path: "/status/capacity/millrace.test~1gpu", value: "2" }];
  for (const node of ["n1", "n2"])
    kubectl("patch", "node", node, "--subresource=status", "--type=json", "--patch", JSON.stringify(patch));
}

describeWith(KUBERNETES, "what becomes of pods", () => {
  const folder = folderOfFile();
  let run: FlowRun;
  const errorOf = (step: string) => tasksOf(run, step)[0]?.error;

  // One run with all of them: the pods share the time that it takes.
  beforeAll(async () => {
    const datastore = path.join(folder, "store");
    const args = ["run", "--remote", "--on-failure", "finish"];
    const started = startFlow(FLOW, args, { datastore, env: onKubernetes(folder) });
    await started.said("waits to be deleted");
    const [id = ""] = openDatastore(datastore).runs("FatesFlow");
    kubectl("delete", "pod", "--wait=false", ...podsOf(id, "deleted"));
    await started.said("waits to be evicted");
    for (const pod of podsOf(id, "evicted")) evict(pod);
    await started.said("Insufficient millrace.test/gpu");
    addGpus();
    const { code, signal } = await started.exit();
    run = withRun({ code, signal, stdout: "", stderr: started.stderr(), events: started.events, datastore });
  }, 180_000);

  test("a step that outgrows its memory fails for that, and says how much there was", () => {
    expect(errorOf("fills"), run.stderr).toMatchObject({ code: "MILLRACE_OUT_OF_MEMORY" });
  });

  test("an image that is not there fails with Kubernetes' own words", () => {
    expect(errorOf("unpulled")).toMatchObject({ code: "MILLRACE_JOB_NOT_STARTED" });
    expect(errorOf("unpulled")?.message).toContain("ErrImageNeverPull");
    expect(errorOf("unpulled")?.message).toContain("imagePullPolicy");
  });

  test("an image without a shell fails with what could not be started", () => {
    expect(errorOf("shellless")).toMatchObject({ code: "MILLRACE_JOB_NOT_STARTED" });
    expect(errorOf("shellless")?.message).toMatch(/StartError.*"sh"/);
  });

  test("a pod that is deleted by hand is a failure of its task", () => {
    expect(errorOf("deleted")?.message, run.stderr).toContain("told to stop");
  });

  test("a pod that is evicted starts again, though nothing says @retry", () => {
    expect(tasksOf(run, "evicted")[0], run.stderr).toMatchObject({ status: "succeeded", attempt: 1 });
    expect(readArtifacts(run, "evicted")).toMatchObject({ attempts: 2 });
  });

  test("a pod that no node can take waits, says why, and runs once one can", () => {
    expect(run.stderr).toContain("Insufficient millrace.test/gpu");
    expect(readArtifacts(run, "patient")).toMatchObject({ completionIndex: "0" });
  });

  test("nothing of the run is left in the cluster", async () => {
    await expect.poll(() => podsOf(run.run), { interval: 500 }).toEqual([]);
    expect(kubectl("get", "jobs", "--selector", `millrace.run=${run.run}`, "--output", "name")).toBe("");
  });
});
