import path from "node:path";
import { expect, test } from "vitest";
import { hashesOf } from "../matrix/hashes-of.ts";
import { describeWith } from "../rigs/describe-with.ts";
import { type FlowRun, folderOfFile, millrace, readArtifacts, ROOT, tasksOf, withRun } from "../rigs/harness.ts";
import { KUBERNETES, onKubernetes } from "../rigs/kubernetes/cluster.ts";

const FLOW = path.join(ROOT, "examples/recsys/flow.ts");
// npm installs the packages of @env on a fresh machine.
const SLOW = 600_000;

describeWith(KUBERNETES, "the recommender on Kubernetes", () => {
  const folder = folderOfFile();

  async function recommend(name: string, ...args: string[]): Promise<FlowRun> {
    const datastore = path.join(folder, name);
    const run = withRun(await millrace(["run", FLOW, ...args], { datastore, env: onKubernetes(folder) }));
    expect(run.code, run.stderr).toBe(0);
    return run;
  }

  test("gives the same numbers, byte for byte, as on this machine", { timeout: SLOW }, async () => {
    const here = await recommend("here", "--max-workers", "2");
    const there = await recommend("there", "--with", "kubernetes:cpu=0.5,memory=1500");
    expect(readArtifacts(there, "end")["errors"]).toEqual(readArtifacts(here, "end")["errors"]);
    expect(hashesOf({ datastore: there.datastore, className: there.flow }, there.run)).toEqual(
      hashesOf({ datastore: here.datastore, className: here.flow }, here.run),
    );
    expect(tasksOf(there, "rank")).toHaveLength(tasksOf(here, "rank").length);
  });
});
