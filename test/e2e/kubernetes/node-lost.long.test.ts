import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { describeWith } from "../../rigs/describe-with.ts";
import { readArtifacts, tasksOf, temporaryFolder, withRun } from "../../rigs/harness.ts";
import { CLUSTER, KUBERNETES, kubectl, onKubernetes } from "../../rigs/kubernetes/cluster.ts";
import { startFlow } from "../resume/started-flow.ts";

const FLOW = fileURLToPath(new URL("flows/outlived.ts", import.meta.url));

/** The kubelet of the second node; without it the cluster takes the node for lost, while its containers go on. */
function endKubelet(): void {
  process.kill(Number(fs.readFileSync(path.join(CLUSTER.folder, "run/kubelet-n2.pid"), "utf8")), "SIGKILL");
}

function startKubelet(): void {
  spawnSync("sh", [path.join(CLUSTER.folder, "kubelet-n2.sh")], { stdio: "ignore" });
}

describeWith(KUBERNETES, "a node that is lost", () => {
  // Other suites need both.
  afterAll(() => kubectl("wait", "node/n2", "--for=condition=Ready", "--timeout=60s"));

  test("interrupts its tasks, which start again; what the old container still writes does not count", async () => {
    const folder = temporaryFolder();
    const gate = path.join(folder, "gate");
    fs.mkdirSync(gate);
    const datastore = path.join(folder, "store");
    const started = startFlow(FLOW, ["run", "--remote", "--gate", gate], { datastore, env: onKubernetes(folder) });
    await started.said("attempt 0 is there");
    endKubelet();
    try {
      await started.event((event) => "isInterruption" in event && event.isInterruption);
      fs.writeFileSync(path.join(gate, "go"), "");
      await expect.poll(() => fs.existsSync(path.join(gate, "gone"))).toBe(true);
    } finally {
      startKubelet();
    }
    const exit = await started.exit();
    const run = withRun({ ...exit, stdout: "", stderr: started.stderr(), events: started.events, datastore });
    expect(run.code, run.stderr).toBe(0);
    expect(tasksOf(run, "start")[0]).toMatchObject({ attempt: 1 });
    expect(readArtifacts(run, "end")).toMatchObject({ attempts: 2 });
  });
});
