import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { hashesOf } from "../matrix/hashes-of.ts";
import { describeWith } from "../rigs/describe-with.ts";
import { type CommandOptions, millrace, readArtifacts, ROOT, temporaryFolder, withRun } from "../rigs/harness.ts";
import { KUBERNETES, onKubernetes } from "../rigs/kubernetes/cluster.ts";
import { SLURM, slurmForFile } from "../rigs/slurm/slurm-for-file.ts";

const FLOW = path.join(ROOT, "examples/mnist/flow.ts");
const SMALL = ["--epochs", "2", "--train-count", "3000", "--hidden", "24", "--learning-rates", "0.2,0.00001"];
const SLOW = 600_000;

/** What a run leaves, and how well its network reads. */
async function learned(args: readonly string[], options: CommandOptions = {}) {
  // The processor, also where this machine has a GPU; the jobs have none.
  const env = { ...options.env, MILLRACE_GPU_BACKEND: "webasm" };
  const run = withRun(await millrace(["run", FLOW, ...SMALL, ...args], { ...options, env }));
  expect(run.code, run.stderr).toBe(0);
  const { accuracy } = readArtifacts(run, "end") as { accuracy: number };
  return { accuracy, hashes: hashesOf({ datastore: run.datastore, className: run.flow }, run.run) };
}

let here: Awaited<ReturnType<typeof learned>>;
beforeAll(async () => {
  here = await learned([]);
}, SLOW);

describeWith(SLURM, "the network that learns to read digits, on Slurm", () => {
  const cluster = slurmForFile();

  test("comes to the same bytes as here", { timeout: SLOW }, async () => {
    expect(await learned(["--with", "slurm"], { env: cluster().env })).toEqual(here);
  });
});

describeWith(KUBERNETES, "the network that learns to read digits, on Kubernetes", () => {
  test("comes to the same bytes as here", { timeout: SLOW }, async () => {
    const folder = temporaryFolder();
    const options = { datastore: path.join(folder, "store"), env: onKubernetes(folder) };
    expect(await learned(["--with", "kubernetes:cpu=0.2,memory=600"], options)).toEqual(here);
  });
});
