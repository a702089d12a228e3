import { slurmEngine } from "../../../runtime/engines/slurm/slurm-engine.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { SLURM, slurmForFile } from "../../rigs/slurm/slurm-for-file.ts";
import { backendContract } from "./backend-contract.ts";

describeWith(SLURM, "jobs of a Slurm cluster", () => {
  const cluster = slurmForFile();

  backendContract(() => ({
    engine: slurmEngine,
    datastore: temporaryFolder(),
    env: { ...cluster().env, MILLRACE_CACHE: temporaryFolder() },
  }));
});
