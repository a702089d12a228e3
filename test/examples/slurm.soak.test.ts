import path from "node:path";
import { expect, test } from "vitest";
import { hashesOf } from "../matrix/hashes-of.ts";
import { describeWith } from "../rigs/describe-with.ts";
import { type FlowRun, millrace, readArtifacts, ROOT, temporaryFolder, withRun } from "../rigs/harness.ts";
import { SLURM, slurmForFile } from "../rigs/slurm/slurm-for-file.ts";

const FLOW = path.join(ROOT, "examples/recsys/flow.ts");
// npm installs the packages of @env on a fresh machine.
const SLOW = 600_000;

describeWith(SLURM, "the recommender", () => {
  const cluster = slurmForFile();

  async function recommend(...args: string[]): Promise<FlowRun> {
    const options = { datastore: temporaryFolder(), env: cluster().env };
    const run = withRun(await millrace(["run", FLOW, "--max-workers", "4", ...args], options));
    expect(run.code, run.stderr).toBe(0);
    return run;
  }

  test("gives the same numbers, byte for byte, here and on Slurm", { timeout: SLOW }, async () => {
    const [here, there] = [await recommend(), await recommend("--with", "slurm")];
    expect(readArtifacts(there, "end")["errors"]).toEqual(readArtifacts(here, "end")["errors"]);
    const hashes = ({ datastore, flow, run }: FlowRun) => hashesOf({ datastore, className: flow }, run);
    expect(hashes(there)).toEqual(hashes(here));
  });
});
