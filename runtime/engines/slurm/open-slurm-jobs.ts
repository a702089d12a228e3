import fs from "node:fs";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { FlowJobs, JobsRequest } from "../engine-jobs.ts";
import { SLURM_SETTINGS } from "./slurm-settings.ts";

/** Where a machine of a cluster keeps what its commands need; the last, where the controller hands it out. */
const FILES = ["/etc/slurm/slurm.conf", "/etc/slurm-llnl/slurm.conf", "/run/slurm/conf/slurm.conf"];

export function hasCluster({ settings }: JobsRequest): boolean {
  const named = settings.env["SLURM_CONF"] ?? "";
  if (named !== "" && fs.existsSync(named)) return true;
  return settings.engine(SLURM_SETTINGS).host !== null || FILES.some((file) => fs.existsSync(file));
}

/** @throws MillraceError where this machine belongs to no cluster and none is named */
export async function openSlurmJobs(of: JobsRequest): Promise<FlowJobs> {
  if (!hasCluster(of))
    throw new MillraceError({
      code: "MILLRACE_SLURM",
      headline: "Cannot use Slurm because this machine belongs to no cluster",
      hint: 'name a login node: MILLRACE_SLURM_HOST, or "slurmHost" in millrace.config.json',
    });
  const [{ SlurmJobs }, { openWork }] = await Promise.all([import("./slurm-jobs.ts"), import("./open-slurm.ts")]);
  return new SlurmJobs(() => openWork(of.settings));
}
