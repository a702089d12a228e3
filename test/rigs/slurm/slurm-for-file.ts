import { afterAll, beforeAll } from "vitest";
import { type SlurmCluster, startSlurm } from "./start-slurm.ts";

export { SLURM } from "./start-slurm.ts";

/** One cluster for all tests of a file; this process reaches it too. */
export function slurmForFile(...options: readonly string[]): () => SlurmCluster {
  let cluster: SlurmCluster | null = null;
  beforeAll(async () => {
    cluster = await startSlurm(...options);
    Object.assign(process.env, cluster.env);
  }, 120_000);
  afterAll(() => cluster?.stop());
  return () => {
    if (cluster === null) throw new Error("Slurm runs while tests do");
    return cluster;
  };
}
