import type { Engine, ServiceOptions, StorePlace } from "../engine.ts";
import { hasCluster, openSlurmJobs } from "./open-slurm-jobs.ts";
import { billedOnSlurm } from "./billed-on-slurm.ts";
import { SLURM_SETTINGS } from "./slurm-settings.ts";

/** Jobs and arrays of jobs on a Slurm cluster. */
export const slurmEngine: Engine = {
  name: "slurm",
  where: "on Slurm",
  indexVariables: ["SLURM_ARRAY_TASK_ID"],
  settings: SLURM_SETTINGS,
  secrets: { kind: "handed-over" },
  isWithoutImages: true,
  jobs: {
    place: null,
    logKeeper: "Slurm",
    isSetUp: hasCluster,
    open: openSlurmJobs,
  },
  reach,
  computesHere: () => false,
  billed: billedOnSlurm,
  endingOf: ({ run, programName }) => `${programName} jobs kill --engine slurm --run ${run}`,
  service,
  scheduler: {
    options: ["partition", "account", "qos", "constraint", "reservation", "container"],
    reach,
    service,
  },
};

async function service(of: ServiceOptions) {
  const { openSlurm } = await import("./open-slurm.ts");
  return openSlurm(of);
}

/** A folder is at the same place on all machines of the cluster. */
function reach({ storage, runtime, settings }: StorePlace): Readonly<Record<string, string>> {
  return {
    ...(storage.folder === null ? settings.awsPlace : {}),
    // Nothing that a job keeps for later is used again.
    MILLRACE_BLOB_CACHE_MB: "0",
    MILLRACE_DATASTORE: storage.location,
    MILLRACE_RUNTIME: runtime.hash,
  };
}
