import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { batchEnvironment } from "../rigs/aws/batch-environment.ts";
import { makeBucket, motoForFile } from "../rigs/aws/moto.ts";
import { BATCH } from "../e2e/batch/batch-for-file.ts";
import { type FlowRun, millrace, readArtifacts, ROOT, tasksOf, temporaryFolder, withRun } from "../rigs/harness.ts";
import { hashesOf } from "../matrix/hashes-of.ts";
import { describeWith } from "../rigs/describe-with.ts";

const FLOW = path.join(ROOT, "examples/recsys/flow.ts");
const ENGINES = ["docker", "batch"] as const;
// Three runs in line; npm installs the packages of @env on a fresh machine.
const SLOW = 600_000;

describeWith(BATCH, "the recommender", () => {
  const moto = motoForFile();
  let env: Readonly<Record<string, string>>;
  beforeAll(async () => {
    env = await batchEnvironment(moto.url());
    Object.assign(process.env, env);
  });

  async function recommend(datastore: string, ...args: string[]): Promise<FlowRun> {
    const run = withRun(await millrace(["run", FLOW, "--max-workers", "4", ...args], { datastore, env }));
    expect(run.code, run.stderr).toBe(0);
    return run;
  }

  test("gives the same numbers, byte for byte, here, in containers and on AWS Batch", { timeout: SLOW }, async () => {
    const here = await recommend(temporaryFolder());
    const { errors } = readArtifacts(here, "end") as { errors: Record<string, number> };
    expect(errors).toMatchObject({ ensemble: expect.any(Number), fitA: expect.any(Number), fitB: expect.any(Number) });
    for (const engine of ENGINES) {
      const datastore = engine === "docker" ? temporaryFolder() : `s3://${await makeBucket(moto.url())}/store`;
      const run = await recommend(datastore, "--with", engine);
      expect(readArtifacts(run, "end")["errors"]).toEqual(errors);
      expect(hashesOf({ datastore, className: run.flow }, run.run)).toEqual(
        hashesOf({ datastore: here.datastore, className: here.flow }, here.run),
      );
      expect(tasksOf(run, "rank")).toHaveLength(tasksOf(here, "rank").length);
    }
  });
});
