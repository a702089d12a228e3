import path from "node:path";
import { expect, test } from "vitest";
import { curiousProject, REVERSED, TOKEN } from "../../rigs/curious-project.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { logOf, millrace, readArtifacts, temporaryFolder, withRun } from "../../rigs/harness.ts";
import { KUBERNETES, kubectl, onKubernetes } from "../../rigs/kubernetes/cluster.ts";

const ENGINE = ["--with", "kubernetes:cpu=0.2,memory=512"];

describeWith(KUBERNETES, "secrets of a run on Kubernetes", () => {
  test("reach their step, are found nowhere by another, and are gone from the cluster with the run", async () => {
    const folder = temporaryFolder();
    const options = { cwd: curiousProject(), datastore: path.join(folder, "store"), env: onKubernetes(folder) };
    const run = withRun(await millrace(["run", "flow.ts", ...ENGINE], options));
    expect(run.code, run.stderr).toBe(0);
    expect(readArtifacts(run, "end")).toMatchObject({ turned: REVERSED, found: [] });
    expect(logOf(run, "curious")).toBe("it is ***\n");
    const selector = ["--selector", `millrace.run=${run.run}`, "--output", "name"];
    await expect.poll(() => kubectl("get", "secrets,pods,jobs", ...selector), { interval: 500 }).toBe("");
  });

  test("of the cluster's own reach the steps that name them, as variables and as files", async () => {
    const folder = temporaryFolder();
    const name = `own-${process.pid}`;
    kubectl("create", "secret", "generic", name, `--from-literal=OTHERS_TOKEN=${TOKEN}`);
    try {
      const options = { cwd: curiousProject(), datastore: path.join(folder, "store"), env: onKubernetes(folder) };
      const engine = [`kubernetes:cpu=0.2,memory=512,secrets=["${name}","${name}:/run/own"]`];
      const run = withRun(await millrace(["run", "flow.ts", "--with", ...engine], options));
      expect(run.code, run.stderr).toBe(0);
      const { found } = readArtifacts(run, "end") as { found: string[] };
      expect(found).toContain("$OTHERS_TOKEN");
      expect(found.filter((place) => place.startsWith("/run/own/")).length).toBeGreaterThan(0);
    } finally {
      kubectl("delete", "secret", name);
    }
  });
});
